/** A webhook gave no usable answer. Its message goes to the client. */
export class WebhookCallError extends Error {
  override readonly name = "WebhookCallError";
}

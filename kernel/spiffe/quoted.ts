/** Longest piece of a stranger's text that a message repeats, in characters. */
const MAX_QUOTED_LENGTH = 120;

/** Text from outside as a message shows it: in quotes, control characters escaped, cut to a readable length. */
export function quoted(text: string): string {
  return text.length <= MAX_QUOTED_LENGTH
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, MAX_QUOTED_LENGTH))}... (${text.length} characters)`;
}

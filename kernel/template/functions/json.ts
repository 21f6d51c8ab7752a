import { decodeJson, encodeJson, type JsonStyle } from "../format/json.ts";
import { CallError } from "../template-error.ts";
import type { GoValue } from "../values/value.ts";
import { bytewise, type CallContext, defineWithContext, type TemplateFunction } from "./define.ts";

const PRETTY: JsonStyle = { escapesHtml: true, indent: "  " };

/** JSON. Without `must`, what fails yields nothing: nil from `fromJson`, an empty text from `toJson`. */
export const JSON_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  fromJson: defineWithContext(["string"], ({ budget }, text) => orElse(null, () => decodeJson(text, budget))),
  mustFromJson: defineWithContext(["string"], ({ budget }, text) => decodeJson(text, budget)),
  ...encoders("Json", { escapesHtml: true }),
  ...encoders("PrettyJson", PRETTY),
  toRawJson: defineWithContext(["any"], ({ budget }, value) => encodeJson(value, { escapesHtml: false }, budget)),
  mustToRawJson: defineWithContext(["any"], ({ budget }, value) => encodeJson(value, { escapesHtml: false }, budget)),
});

function encoders(name: string, style: JsonStyle): Record<string, TemplateFunction> {
  const encode = ({ budget }: CallContext, value: GoValue): string => encodeJson(value, style, budget);
  return {
    [`to${name}`]: defineWithContext(["any"], (context, value) => orElse("", () => encode(context, value))),
    [`mustTo${name}`]: defineWithContext(["any"], encode),
  };
}

function orElse(fallback: GoValue, run: () => GoValue): GoValue {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof CallError) return fallback;
    throw thrown;
  }
}

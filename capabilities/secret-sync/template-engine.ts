import { encodeUtf8 } from "@tegata/bytes";
import { parseTemplate, type Template, type TemplateData, type TemplateHost } from "@tegata/template";
import type { RewriteEngines } from "./assemble/rewrite.ts";
import type { RenderTemplate } from "./render.ts";

/** Parsed templates that are kept: enough for every template of a large cluster, small enough not to matter. */
const CACHED_TEMPLATES = 5_000;

/** The template engine as secret sync uses it: parsed templates are kept, values come in as bytes. */
export interface TemplateEngine {
  readonly render: RenderTemplate;
  readonly rewrite: RewriteEngines;
  /** Renders a template over any data, to text: the URL, headers and body of a `webhook` store. */
  readonly renderText: (template: string, data: Readonly<Record<string, unknown>>) => string;
}

/** @param delimiters - External Secrets' `--template-left-delimiter` and `--template-right-delimiter`. */
export function createTemplateEngine(
  host: TemplateHost,
  delimiters: { readonly left: string; readonly right: string },
): TemplateEngine {
  const parsed = new Map<string, Template>();

  const parse = (name: string, text: string): Template => {
    const key = `${name}\0${text}`;
    const known = parsed.get(key);
    if (known !== undefined) return known;
    const template = parseTemplate(name, text, { leftDelimiter: delimiters.left, rightDelimiter: delimiters.right });
    const [oldest] = parsed.keys();
    if (parsed.size >= CACHED_TEMPLATES && oldest !== undefined) parsed.delete(oldest);
    parsed.set(key, template);
    return template;
  };

  return {
    render: (name, text, values) => parse(name, text).execute(values, { host }),
    renderText: (template, data) => parse("webhook", template).executeToText(data as TemplateData, { host }),
    rewrite: {
      // Go's own replacement rules ($1x is the group "1x") live in the engine's regexReplaceAll; the three operands go in as data.
      replaceAll: (pattern, text, replacement) =>
        parseTemplate("rewrite.regexp", "{{ regexReplaceAll .pattern .text .replacement }}").executeToText(
          { pattern, text, replacement },
          { host },
        ),
      renderKey: (template, key) =>
        parse("rewrite.transform", template).executeToText({ value: encodeUtf8(key) }, { host }),
    },
  };
}

const COLORS: Readonly<Record<string, string>> = {
  debug: "\u001b[2m",
  info: "\u001b[36m",
  warn: "\u001b[33m",
  error: "\u001b[31m",
};
const DIM = "\u001b[2m";
const RESET = "\u001b[0m";

/** Turns JSON log lines into lines for people: time, level, message, `key=value`; an error's remedy and stack below. */
export function createLineFormatter({ color }: { color: boolean }): (jsonLine: string) => string {
  const paint = (code: string, text: string) => (color ? `${code}${text}${RESET}` : text);
  return (jsonLine) => {
    const { level, time, msg, error, ...fields } = parseLine(jsonLine);
    const name = String(level);
    const clock = String(time).slice(11, 23);
    const head = `${paint(DIM, clock)} ${paint(COLORS[name] ?? "", name.toUpperCase().padEnd(5))} ${String(msg)}`;
    const pairs = Object.entries(fields).map(([key, value]) => paint(DIM, `${key}=${formatValue(value)}`));
    return `${[head, ...pairs].join(" ")}${formatError(error)
      .map((line) => `\n    ${line}`)
      .join("")}\n`;
  };
}

function parseLine(jsonLine: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(jsonLine);
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}

function formatValue(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}

function formatError(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return error === undefined ? [] : [formatValue(error)];
  const { message, remedy, code, name, stack, cause }: Record<string, unknown> = { ...error };
  const what = [name, message].filter((text) => typeof text === "string").join(": ");
  const head = typeof code === "string" ? `${what} [${code}]` : what;
  const rest = typeof remedy === "string" ? [remedy] : [];
  const frames = Array.isArray(stack) ? stack.slice(0, 8).map((frame) => `  at ${String(frame)}`) : [];
  const below = formatError(cause).map((line, at) => (at === 0 ? `caused by ${line}` : line));
  return [head, ...rest, ...frames, ...below];
}

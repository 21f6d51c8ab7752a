/**
 * Whether a text matches a pattern in which `*` stands for any characters, `?` for one, and `\` takes away the meaning
 * of the next. Runs in time proportional to the product of the lengths, whatever the pattern.
 *
 * @see tidwall/match
 */
export function matchGlob(text: string, pattern: string): boolean {
  const characters = Array.from(text);
  const tokens = tokenize(pattern);
  let at = 0;
  let token = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < characters.length) {
    const wanted = tokens[token];
    if (wanted === "*") {
      starToken = token++;
      starAt = at;
    } else if (wanted !== undefined && (wanted === "?" || wanted === `=${characters[at]}`)) {
      at++;
      token++;
    } else if (starToken >= 0) {
      // Let the last star take one character more.
      token = starToken + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}

/** `*`, `?`, or `=` and the character that is meant. */
function tokenize(pattern: string): string[] {
  const tokens: string[] = [];
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "*" || character === "?") tokens.push(character);
    else if (character === "\\") tokens.push(`=${characters[++i] ?? "\\none"}`);
    else tokens.push(`=${character}`);
  }
  return tokens;
}

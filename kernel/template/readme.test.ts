import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { FUNCTION_GROUPS } from "./functions/library.ts";
import { FUNCTIONS, parseTemplate } from "./index.ts";
import { fixedHost } from "./testing/render.ts";

const README = readFileSync(new URL("README.md", import.meta.url), "utf8");

describe("the README", () => {
  it("has an example that renders what it says", () => {
    const text = /parseTemplate\(\s*"config.yaml",\s*`([^`]*)`/.exec(README)?.[1] ?? "";
    const expected = /```yaml\n([^`]*)```/.exec(README)?.[1];
    const data = { user: "app ", password: new TextEncoder().encode("pässword") };
    assert.equal(parseTemplate("config.yaml", text).executeToText(data, { host: fixedHost() }), expected);
  });

  it("lists every function, by group", () => {
    const rows = [...README.matchAll(/^\| ([^|`]+) \| (`.*`) \|$/gm)];
    const listed = rows.map(([, group = "", names = ""]) => [
      group,
      names.split(" ").map((name) => name.replaceAll("`", "")),
    ]);
    assert.deepEqual(
      listed,
      Object.entries(FUNCTION_GROUPS).map(([group, functions]) => [group, Object.keys(functions)]),
    );
  });
});

// External Secrets 2.9.0: the names of its function map.
const UPSTREAM = `abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec b32enc b64dec b64enc base bcrypt
biggest buildCustomCert camelcase cat ceil certSANs chunk clean coalesce compact concat contains date dateInZone
dateModify date_in_zone date_modify decryptAES deepCopy deepEqual default derivePassword dict dig dir div divf
duration durationRound empty encryptAES ext fail filterCertChain filterPEM first float64 floor fromJson fromYaml
fullPemToPkcs12 fullPemToPkcs12Pass genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey
genSignedCert genSignedCertWithKey get has hasKey hasPrefix hasSuffix hello hexdec htmlDate htmlDateInZone
htpasswd indent initial initials int int64 isAbs join jwkPrivateKeyPem jwkPublicKeyPem kebabcase keys kindIs
kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf mustAppend mustChunk mustCompact
mustDateModify mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite
mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll
mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice mustToDate mustToJson mustToPrettyJson
mustToRawJson mustUniq mustWithout must_date_modify nindent nospace now omit osBase osClean osDir osExt osIsAbs
pemToPkcs12 pemToPkcs12Pass pemTruststoreToPKCS12 pemTruststoreToPKCS12Pass pick pkcs12cert pkcs12certPass
pkcs12key pkcs12keyPass pluck plural prepend push quote randAlpha randAlphaNum randAscii randBytes randInt
randNumeric regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit
repeat replace rest reverse round rsaDecrypt semver semverCompare seq set sha1sum sha256sum sha512sum shuffle
slice snakecase sortAlpha split splitList splitn squote sub subf substr swapcase ternary title toDate toDecimal
toJson toPrettyJson toRawJson toString toStrings toYaml trim trimAll trimPrefix trimSuffix trimall trunc tuple
typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep untitle upper urlJoin urlParse uuidv4 values
without wrap wrapWith`;

describe("the library", () => {
  it("has every function of External Secrets, and no other but the language's own", () => {
    const own = new Set(Object.keys(FUNCTION_GROUPS.language));
    assert.deepEqual([...FUNCTIONS.keys()].filter((name) => !own.has(name)).sort(), UPSTREAM.split(/\s+/).sort());
  });
});

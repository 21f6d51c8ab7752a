/** Patterns of the Master Password algorithm by type of password; each letter stands for a set of characters. */
export const PASSWORD_TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    maximum: "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    long:
      "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv " +
      "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv " +
      "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
    medium: "CvcnoCvc CvcCvcno",
    short: "Cvcn",
    basic: "aaanaaan aannaaan aaannaaa",
    pin: "nnnn",
  }).map(([type, templates]) => [type, templates.split(" ")] as const),
);

const UPPER = "BCDFGHJKLMNPQRSTVWXYZ";
const LOWER = UPPER.toLowerCase();

/** The characters that a letter of a pattern stands for. */
export const PASSWORD_CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["V", "AEIOU"],
  ["C", UPPER],
  ["v", "aeiou"],
  ["c", LOWER],
  ["A", `AEIOU${UPPER}`],
  ["a", `AEIOUaeiou${UPPER}${LOWER}`],
  ["n", "0123456789"],
  ["o", "@&%?,=[]_:-+*$#!'^~;()/."],
  ["x", `AEIOUaeiou${UPPER}${LOWER}0123456789!@#$%^&*()`],
]);

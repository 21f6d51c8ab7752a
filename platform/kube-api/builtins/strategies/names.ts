import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError } from "@tegata/kube-types/schema";
import { checkPathSegment, checkSubdomain } from "../../registry/names.ts";

/** How the objects of a kind may be called. */
export type NameRule = "subdomain" | "label" | "service" | "path-segment";

/** @returns what is wrong with an object's name. reference: k8s.io/apimachinery `util/validation` */
export function validateName(rule: NameRule, { metadata: { name = "" } }: KubeObject): FieldError[] {
  // Whether there is a name at all, and whether it fits into a path, is checked for every kind.
  if (name === "" || checkPathSegment(name).length > 0) return [];
  return RULES[rule](name).map((problem) => invalidError("metadata.name", name, problem));
}

const RULES: Readonly<Record<NameRule, (name: string) => string[]>> = {
  subdomain: checkSubdomain,
  label: checkDnsLabel,
  service: checkServiceName,
  "path-segment": () => [],
};

/** Longest DNS label. RFC 1123 §2.1 */
const MAX_LABEL_LENGTH = 63;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Checks a name that must be a DNS label. @returns what is wrong, in the words of k8s.io/apimachinery */
export function checkDnsLabel(name: string): string[] {
  if (DNS_LABEL.test(name)) return tooLong(name);
  return [
    ...tooLong(name),
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
      "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ];
}

function checkServiceName(name: string): string[] {
  if (SERVICE_NAME.test(name)) return tooLong(name);
  return [
    ...tooLong(name),
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and " +
      "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is " +
      "'[a-z]([-a-z0-9]*[a-z0-9])?')",
  ];
}

function tooLong(name: string): string[] {
  return name.length > MAX_LABEL_LENGTH ? [`must be no more than ${MAX_LABEL_LENGTH} characters`] : [];
}

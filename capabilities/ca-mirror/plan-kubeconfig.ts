import { decodeBase64, tryDecodeUtf8 } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { findCondition } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import { type Certificate, formatCertificatePem } from "@tegata/pki";
import { parseEndpoint } from "./endpoint.ts";
import { formatKubeconfig, type KubeconfigParts } from "./kubeconfig.ts";
import { kubeconfigSecretNameOf } from "./names.ts";
import type { Observed, Step } from "./plan-types.ts";
import { planSecretWrite } from "./plan-write.ts";
import { TOKEN_KEY } from "./providers.ts";
import { failedStep } from "./steps.ts";

const SUBJECT = "KubeconfigReady";

/** What `{cluster}-kubeconfig` needs. */
export interface KubeconfigPlan {
  /** `undefined`: it stays as it is, and so does what is said of it. */
  readonly step: Step | undefined;
  readonly endpoint: string | undefined;
}

/**
 * Plans `{cluster}-kubeconfig`: the endpoint, all of the CAs, and a user that signs in anew each time (or with the token
 * of the connection Secret). A token that dies within minutes, as CAPT puts there, is no way in (reference cluster-ca.md
 * 1.4, defect 5).
 *
 * @param certificates - `undefined`: there is no CA to trust, so nothing is changed.
 */
export function planKubeconfig(observed: Observed, certificates: readonly Certificate[] | undefined): KubeconfigPlan {
  const { cluster, provider, connection, controlPlane, kubeconfigSecret } = observed;
  const name = kubeconfigSecretNameOf(cluster);
  if (certificates === undefined || connection === undefined)
    return { step: waiting(observed, name), endpoint: undefined };
  const text = textOf(connection, provider.endpointKey);
  if (text === undefined) {
    const why = `the connection Secret has no value under "${provider.endpointKey}" yet`;
    return {
      step: failedStep(SUBJECT, name, "EndpointMissing", `Secret "${name}" cannot be made: ${why}`),
      endpoint: undefined,
    };
  }
  try {
    const endpoint = parseEndpoint(text);
    const caPem = formatCertificatePem(...certificates.map(({ der }) => der));
    const value = formatKubeconfig({ cluster, endpoint, caPem, user: userOf(observed, connection) });
    const step = planSecretWrite({
      subject: SUBJECT,
      existing: kubeconfigSecret,
      wanted: { controlPlane, cluster, name, data: { value } },
      ready: { reason: "KubeconfigKept", message: `Secret "${name}" leads to ${endpoint}` },
      onNewData: [],
    });
    return { step, endpoint };
  } catch (error) {
    const problem = asTegataError(error);
    if (problem === undefined) throw error;
    return { step: failedStep(SUBJECT, name, "EndpointInvalid", problem.text), endpoint: undefined };
  }
}

/** A kubeconfig that was good stays said to be good while the connection Secret is broken. */
function waiting({ controlPlane }: Observed, name: string): Step | undefined {
  if (findCondition(controlPlane.status?.conditions, SUBJECT) !== undefined) return undefined;
  return {
    subject: SUBJECT,
    secretName: name,
    write: undefined,
    condition: {
      type: SUBJECT,
      status: "False",
      reason: "WaitingForCertificateAuthority",
      message: `Secret "${name}" is made as soon as the cluster's CA is known`,
    },
    events: [],
    failure: undefined,
  };
}

function userOf({ provider, controlPlane, cluster }: Observed, connection: Secret): KubeconfigParts["user"] {
  const token = textOf(connection, TOKEN_KEY);
  if (token !== undefined) return { kind: "token", token };
  const name = textOf(connection, provider.nameKey) ?? cluster;
  return { kind: "exec", exec: provider.exec({ name, region: controlPlane.spec.controlPlaneConfig?.region ?? "" }) };
}

function textOf({ data = {} }: Secret, key: string): string | undefined {
  const bytes = decodeBase64(data[key] ?? "");
  const text = bytes === undefined ? undefined : tryDecodeUtf8(bytes)?.trim();
  return text === "" ? undefined : text;
}

/** Clouds whose managed clusters are mirrored. */
export type ProviderName = "eks" | "aks" | "gke";

/** What an exec user of the kubeconfig runs. `client.authentication.k8s.io/v1beta1` */
export interface ExecUser {
  readonly command: string;
  readonly args: readonly string[];
  readonly provideClusterInfo: boolean;
  readonly installHint: string;
}

/** Where a cluster is, as its cloud names it. */
export interface CloudCluster {
  readonly name: string;
  readonly region: string;
}

/** How one cloud's connection Secret is read, and how users sign in to its clusters. */
export interface Provider {
  readonly name: ProviderName;
  /** For people. */
  readonly title: string;
  /** @param controlPlane - name of the control plane object. */
  readonly connectionSecretName: (controlPlane: string) => string;
  readonly caKey: string;
  readonly endpointKey: string;
  /** Key with the cluster's name in the cloud; without it Cluster API's name counts. */
  readonly nameKey: string;
  readonly exec: (cluster: CloudCluster) => ExecUser;
  /** What to do where the CA's private key would be needed. */
  readonly insteadOfKey: string;
}

/** Key of a connection Secret with a bearer token, e.g. a ServiceAccount's; with it the kubeconfig has a token user. */
export const TOKEN_KEY = "token";

/** The server application of Entra ID that every AKS cluster with managed sign-in uses: an audience, not a secret. */
const AKS_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** CAPT makes clusters on Amazon EKS, so that is what a control plane is when nothing says otherwise. */
export const DEFAULT_PROVIDER: Provider = {
  name: "eks",
  title: "Amazon EKS",
  connectionSecretName: (controlPlane) => `${controlPlane}-eks-connection`,
  caKey: "cluster_certificate_authority_data",
  endpointKey: "cluster_endpoint",
  nameKey: "cluster_name",
  exec: ({ name, region }) => ({
    command: "aws",
    args: [
      "eks",
      "get-token",
      "--cluster-name",
      name,
      ...(region === "" ? [] : ["--region", region]),
      "--output",
      "json",
    ],
    provideClusterInfo: false,
    installHint: "Install the AWS CLI: https://docs.aws.amazon.com/cli/",
  }),
  insteadOfKey:
    "sign users in by IAM, add nodes as managed node groups, Fargate or self-managed nodes on EC2, and machines elsewhere as EKS Hybrid Nodes",
};

/**
 * The clouds in the order in which their connection Secrets are looked for. The keys are the outputs of the Terraform
 * modules that their users apply: `terraform-aws-modules/eks`, `Azure/aks`, `terraform-google-modules/kubernetes-engine`.
 *
 * @see reference cluster-ca.md sections 1.2 and 6
 */
export const PROVIDERS: readonly Provider[] = [
  DEFAULT_PROVIDER,
  {
    name: "aks",
    title: "Azure AKS",
    connectionSecretName: (controlPlane) => `${controlPlane}-aks-connection`,
    caKey: "cluster_ca_certificate",
    endpointKey: "host",
    nameKey: "aks_name",
    exec: () => ({
      command: "kubelogin",
      args: ["get-token", "--login", "azurecli", "--server-id", AKS_SERVER_ID],
      provideClusterInfo: false,
      installHint: "Install kubelogin: https://azure.github.io/kubelogin/",
    }),
    insteadOfKey: "sign users in by Entra ID, and add nodes as AKS node pools",
  },
  {
    name: "gke",
    title: "Google GKE",
    connectionSecretName: (controlPlane) => `${controlPlane}-gke-connection`,
    caKey: "ca_certificate",
    endpointKey: "endpoint",
    nameKey: "name",
    exec: () => ({
      command: "gke-gcloud-auth-plugin",
      args: [],
      provideClusterInfo: true,
      installHint: "Install the plugin: gcloud components install gke-gcloud-auth-plugin",
    }),
    insteadOfKey: "sign users in by Google IAM, and add nodes as GKE node pools",
  },
];

/** The provider of this name; `undefined` for a name that is none. */
export function findProvider(name: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.name === name);
}

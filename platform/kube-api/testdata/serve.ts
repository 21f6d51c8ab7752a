// Serves the API from a folder until it is killed. Tells its parent how to reach it.
import { startKubeApi } from "../kube-api.ts";

const [dataDir = ""] = process.argv.slice(2);
const { url, caPem, admin } = await startKubeApi({ dataDir });
process.send?.({ url, caPem, admin });

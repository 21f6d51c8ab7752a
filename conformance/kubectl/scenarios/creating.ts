import type { Scenario } from "../scenario.ts";

/** Every kind that kubectl can create by itself; from 1.32 on it sends protobuf. */
export const CREATING: Scenario = {
  name: "creating",
  steps: [
    { run: "create namespace creating-too", prints: "namespace/creating-too created" },
    { run: "create secret generic db --from-literal=user=app --from-literal=password=x", prints: "secret/db created" },
    {
      run: "create secret docker-registry pull --docker-username=u --docker-password=p",
      prints: "secret/pull created",
    },
    { run: "create configmap conf --from-literal=a=1 --from-literal=b=2", prints: "configmap/conf created" },
    { run: "create serviceaccount builder", prints: "serviceaccount/builder created" },
    {
      run: "create role reader --verb=get,list --resource=pods,configmaps",
      prints: "role.rbac.authorization.k8s.io/reader created",
    },
    { run: "create clusterrole creating-all --verb=get --resource=secrets", prints: "creating-all created" },
    { run: "create clusterrole creating-health --verb=get --non-resource-url=/healthz", prints: "created" },
    { run: "create rolebinding reader --role=reader --serviceaccount=creating:builder", prints: "created" },
    { run: "create clusterrolebinding creating-all --clusterrole=creating-all --group=devs", prints: "created" },
    {
      run: "create deployment web --image=registry.example/web:1 --replicas=2 --port=80",
      prints: "deployment.apps/web created",
    },
    { run: "create job once --image=registry.example/job -- sleep 1", prints: "job.batch/once created" },
    {
      run: "create cronjob often --image=registry.example/job --schedule='*/5 * * * *'",
      prints: "cronjob.batch/often created",
    },
    { run: "create job twice --from=cronjob/often", prints: "job.batch/twice created" },
    { run: "create service clusterip web --tcp=80:8080", prints: "service/web created" },
    { run: "create service nodeport node --tcp=80:http", prints: "service/node created" },
    { run: "create service externalname elsewhere --external-name=example.org", prints: "service/elsewhere created" },
    { run: "create ingress web --rule=example.org/api*=web:80", prints: "ingress.networking.k8s.io/web created" },
    { run: "create quota small --hard=cpu=1,memory=1Gi", prints: "resourcequota/small created" },
    {
      run: "create poddisruptionbudget web --min-available=50% --selector=app=web",
      prints: "poddisruptionbudget.policy/web created",
    },
    {
      run: "create priorityclass creating-high --value=1000",
      prints: "priorityclass.scheduling.k8s.io/creating-high created",
    },
    { run: "create token builder --duration=10m --audience=vault", prints: /^[\w-]+\.[\w-]+\.[\w-]+$/m },
    {
      run: "create token builder --duration=1m",
      exitCode: 1,
      complains: "may not specify a duration less than 10 minutes",
    },
    { run: "create token nobody", exitCode: 1, complains: 'serviceaccounts "nobody" not found' },
    { run: "create configmap conf", exitCode: 1, complains: 'configmaps "conf" already exists' },
    { run: "create secret tls bad --cert=/dev/null --key=/dev/null", exitCode: 1 },
    { run: "create configmap Bad_Name", exitCode: 1, complains: "a lowercase RFC 1123 subdomain must consist of" },
    { run: "create configmap dry --dry-run=server -o name", prints: "configmap/dry" },
    { run: "get configmap dry", exitCode: 1, complains: 'configmaps "dry" not found' },
    { run: "run pod --image=registry.example/pod --restart=Never", prints: "pod/pod created" },
    { run: "expose deployment web --name=exposed --port=80", prints: "service/exposed exposed" },
    {
      run: "autoscale deployment web --min=1 --max=3 --cpu-percent=80",
      prints: "horizontalpodautoscaler.autoscaling/web autoscaled",
    },
    { run: "get quota,pdb,ingress,hpa,cronjob,job,svc", prints: /often +\*\/5 \* \* \* \*/ },
    { run: "get role,rolebinding -o wide", prints: /rolebinding\S*reader +Role\/reader +\S+ +creating\/builder/ },
    { run: "get deployment web -o jsonpath='{.spec.template.spec.containers[0].ports[0].protocol}'", prints: /^TCP$/ },
    { run: "get svc web -o jsonpath='{.spec.ports[0].targetPort}'", prints: /^8080$/ },
    { run: "get pdb web -o jsonpath='{.spec.minAvailable}'", prints: /^50%$/ },
    { run: "get quota small -o jsonpath='{.spec.hard.memory}'", prints: /^1Gi$/ },
  ],
};

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { registerServe } from '#theo/cli/serve.js';
import { registerWorker } from '#theo/cli/worker.js';

const folder = join('deploy', 'kubernetes');

// The part of Kubernetes' API that the manifests use. Objects are strict, since the server passes over what it does
// not know: a misspelled field would just not work.
const labels = z.record(z.string(), z.string());
const metadata = z.strictObject({ name: z.string().min(1), labels });
const selector = z.strictObject({ matchLabels: labels });
const probe = z
  .strictObject({
    httpGet: z.strictObject({ path: z.string(), port: z.string() }),
    tcpSocket: z.strictObject({ port: z.string() }),
    grpc: z.strictObject({ port: z.int() }),
    periodSeconds: z.int().positive(),
    timeoutSeconds: z.int().positive(),
    failureThreshold: z.int().positive(),
  })
  .partial();
const variable = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({ configMapKeyRef: z.strictObject({ name: z.string(), key: z.string() }) })
    .optional(),
});
const quantities = z.partialRecord(
  z.enum(['cpu', 'memory', 'storage', 'nvidia.com/gpu']),
  z.string().regex(/^\d+(m|Mi|Gi)?$/),
);
const container = z.strictObject({
  name: z.string(),
  image: z.literal('theo-openvoice'),
  args: z.array(z.string()).min(1),
  env: z.array(variable),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  resources: z.strictObject({ requests: quantities, limits: quantities }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  startupProbe: probe.optional(),
  readinessProbe: probe,
  livenessProbe: probe,
  lifecycle: z
    .strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) })
    .optional(),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })).optional(),
});
const pod = z.strictObject({
  metadata: z.strictObject({
    labels,
    annotations: z.strictObject({
      'prometheus.io/scrape': z.literal('true'),
      'prometheus.io/port': z.string().regex(/^\d+$/),
      'prometheus.io/path': z.literal('/metrics'),
    }),
  }),
  spec: z.strictObject({
    terminationGracePeriodSeconds: z.int(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.int().positive(),
      runAsGroup: z.int().positive(),
      fsGroup: z.int().positive().optional(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    topologySpreadConstraints: z
      .array(
        z.strictObject({
          maxSkew: z.int(),
          topologyKey: z.string(),
          whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
          labelSelector: selector,
        }),
      )
      .optional(),
    tolerations: z
      .array(
        z.strictObject({ key: z.string(), operator: z.literal('Exists'), effect: z.literal('NoSchedule') }),
      )
      .optional(),
    containers: z.tuple([container]),
  }),
});
const claim = z.strictObject({
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    accessModes: z.tuple([z.literal('ReadWriteOnce')]),
    resources: z.strictObject({ requests: quantities }),
  }),
});

const resource = z.discriminatedUnion('kind', [
  z.strictObject({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('Deployment'),
    metadata,
    spec: z.strictObject({
      selector,
      strategy: z.strictObject({
        rollingUpdate: z.strictObject({ maxSurge: z.int(), maxUnavailable: z.int() }),
      }),
      template: pod,
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('StatefulSet'),
    metadata,
    spec: z.strictObject({
      serviceName: z.string(),
      replicas: z.int().min(2),
      podManagementPolicy: z.enum(['Parallel', 'OrderedReady']),
      selector,
      template: pod,
      volumeClaimTemplates: z.array(claim),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('Service'),
    metadata,
    spec: z.strictObject({
      clusterIP: z.literal('None').optional(),
      selector: labels,
      ports: z.array(z.strictObject({ name: z.string(), port: z.int(), targetPort: z.string() })).min(1),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('autoscaling/v2'),
    kind: z.literal('HorizontalPodAutoscaler'),
    metadata,
    spec: z.strictObject({
      scaleTargetRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
      minReplicas: z.int().min(2),
      maxReplicas: z.int(),
      metrics: z.tuple([
        z.strictObject({
          type: z.literal('Pods'),
          pods: z.strictObject({
            metric: z.strictObject({ name: z.literal('theo_stt_active_sessions') }),
            target: z.strictObject({ type: z.literal('AverageValue'), averageValue: z.string() }),
          }),
        }),
      ]),
      behavior: z.strictObject({
        scaleDown: z.strictObject({
          stabilizationWindowSeconds: z.int().max(3600),
          policies: z.array(
            z.strictObject({ type: z.literal('Pods'), value: z.int(), periodSeconds: z.int().max(1800) }),
          ),
        }),
      }),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('policy/v1'),
    kind: z.literal('PodDisruptionBudget'),
    metadata,
    spec: z.strictObject({ maxUnavailable: z.int(), selector }),
  }),
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('ConfigMap'),
    metadata,
    data: labels,
  }),
]);
type Resource = z.infer<typeof resource>;

const read = (file: string): unknown =>
  parse(readFileSync(join(folder, file), 'utf8'), { merge: true, maxAliasCount: 100 });
const kustomization = z.object({ resources: z.array(z.string()) }).parse(read('kustomization.yaml'));
const resources = kustomization.resources.map((file) => resource.parse(read(file)));

function find<K extends Resource['kind']>(kind: K, name: string): Extract<Resource, { kind: K }> {
  const found = resources.find((candidate) => candidate.kind === kind && candidate.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found as Extract<Resource, { kind: K }>;
}

const runtime = find('Deployment', 'theo-runtime');
const worker = find('StatefulSet', 'theo-worker');

test('every file is part of it', () => {
  const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
  expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
});

describe.each([
  ['runtime', runtime, 8000],
  ['worker', worker, 9100],
] as const)('the %s', (_name, { metadata: { name }, spec }, metricsPort) => {
  const { template } = spec;
  const [main] = template.spec.containers;

  test('is found by its service, budget and own selector', () => {
    const own = template.metadata.labels['app.kubernetes.io/name'];
    expect(own).toBe(name);
    expect(spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': own });
    expect(find('Service', name).spec.selector).toEqual(spec.selector.matchLabels);
    expect(find('PodDisruptionBudget', name).spec.selector).toEqual(spec.selector);
  });

  test('has the ports that its service, probes and scrape annotation name', () => {
    const ports = new Map(main.ports.map((port) => [port.name, port.containerPort]));
    for (const { targetPort, port } of find('Service', name).spec.ports) {
      expect(ports.get(targetPort)).toBe(port);
    }
    for (const { httpGet, tcpSocket, grpc } of [main.readinessProbe, main.livenessProbe]) {
      const named = httpGet?.port ?? tcpSocket?.port;
      if (named !== undefined) expect(ports.has(named)).toBe(true);
      if (grpc) expect([...ports.values()]).toContain(grpc.port);
    }
    expect(template.metadata.annotations['prometheus.io/port']).toBe(String(metricsPort));
    expect([...ports.values()]).toContain(metricsPort);
  });

  test('has time to drain before it is killed', () => {
    const graceMs = Number(main.env.find((one) => one.name === 'THEO_DRAIN_GRACE_MS')?.value);
    expect(graceMs).toBeGreaterThan(0);
    expect(template.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(graceMs + 10_000);
  });

  test('is called with flags that there are', () => {
    const program = new Command();
    registerServe(program);
    registerWorker(program);
    const [command, ...args] = main.args;
    const known = program.commands.find((candidate) => candidate.name() === command)?.options;
    const flags = args.filter((arg) => arg.startsWith('--'));
    expect(flags.length).toBeGreaterThan(0);
    for (const flag of flags) expect(known?.map(({ long }) => long)).toContain(flag);
  });
});

test('the runtime looks for its workers where the headless service is', () => {
  const service = find('Service', worker.spec.serviceName);
  expect(service.spec.clusterIP).toBe('None');
  const [container] = runtime.spec.template.spec.containers;
  expect(container.args).toContain(`dns:///${service.metadata.name}:${service.spec.ports[0]?.port}`);
});

test('what is mounted and configured is there', () => {
  for (const { template } of [runtime.spec, worker.spec]) {
    const [{ env }] = template.spec.containers;
    for (const { configMapKeyRef } of env.flatMap(({ valueFrom }) => valueFrom ?? [])) {
      expect(find('ConfigMap', configMapKeyRef.name).data).toHaveProperty(configMapKeyRef.key);
    }
  }
  const claims = worker.spec.volumeClaimTemplates.map((one) => one.metadata.name);
  const [{ volumeMounts }] = worker.spec.template.spec.containers;
  expect(volumeMounts?.map(({ name }) => name)).toEqual(claims);
});

test('a worker asks for a GPU', () => {
  const { requests, limits } = worker.spec.template.spec.containers[0].resources;
  expect(requests['nvidia.com/gpu']).toBe('1');
  expect(limits['nvidia.com/gpu']).toBe('1');
});

test('the autoscaler scales the runtime', () => {
  const { scaleTargetRef, minReplicas, maxReplicas } = find('HorizontalPodAutoscaler', 'theo-runtime').spec;
  expect(scaleTargetRef).toEqual({
    apiVersion: runtime.apiVersion,
    kind: runtime.kind,
    name: runtime.metadata.name,
  });
  expect(maxReplicas).toBeGreaterThan(minReplicas);
});

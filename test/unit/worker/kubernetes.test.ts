import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { registerServe } from '#theo/cli/serve.js';
import { registerWorker } from '#theo/cli/worker.js';

const folder = join('deploy', 'kubernetes');

const labels = z.record(z.string(), z.string());
const metadata = z.object({ name: z.string().min(1), labels });
const selector = z.object({ matchLabels: labels });
const probe = z
  .object({
    httpGet: z.object({ path: z.string(), port: z.string() }),
    tcpSocket: z.object({ port: z.string() }),
    grpc: z.object({ port: z.int() }),
  })
  .partial();
const variable = z.object({ name: z.string(), value: z.string().optional() });
const container = z.object({
  name: z.string(),
  image: z.literal('theo-openvoice'),
  args: z.array(z.string()).min(1),
  env: z.array(variable),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
  }),
});
const serving = container.extend({
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })),
  resources: z.object({ requests: labels, limits: labels }),
  readinessProbe: probe,
  livenessProbe: probe,
});
const pod = z.object({
  metadata: z.object({
    labels,
    annotations: z.object({
      'prometheus.io/scrape': z.literal('true'),
      'prometheus.io/port': z.string().regex(/^\d+$/),
      'prometheus.io/path': z.literal('/metrics'),
    }),
  }),
  spec: z.object({
    terminationGracePeriodSeconds: z.int(),
    securityContext: z.object({ runAsNonRoot: z.literal(true) }),
    initContainers: z.array(container).optional(),
    containers: z.tuple([serving]),
  }),
});

const resource = z.discriminatedUnion('kind', [
  z.object({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('Deployment'),
    metadata,
    spec: z.object({ selector, template: pod }),
  }),
  z.object({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('StatefulSet'),
    metadata,
    spec: z.object({ serviceName: z.string(), replicas: z.int().min(2), selector, template: pod }),
  }),
  z.object({
    apiVersion: z.literal('v1'),
    kind: z.literal('Service'),
    metadata,
    spec: z.object({
      clusterIP: z.literal('None').optional(),
      selector: labels,
      ports: z.array(z.object({ name: z.string(), port: z.int(), targetPort: z.string() })).min(1),
    }),
  }),
  z.object({
    apiVersion: z.literal('autoscaling/v2'),
    kind: z.literal('HorizontalPodAutoscaler'),
    metadata,
    spec: z.object({
      scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
      minReplicas: z.int().min(2),
      maxReplicas: z.int(),
      metrics: z.tuple([
        z.object({
          type: z.literal('Pods'),
          pods: z.object({
            metric: z.object({ name: z.literal('theo_stt_active_sessions') }),
            target: z.object({ type: z.literal('AverageValue'), averageValue: z.string() }),
          }),
        }),
      ]),
    }),
  }),
  z.object({
    apiVersion: z.literal('policy/v1'),
    kind: z.literal('PodDisruptionBudget'),
    metadata,
    spec: z.object({ maxUnavailable: z.int(), selector }),
  }),
  z.object({ apiVersion: z.literal('v1'), kind: z.literal('ConfigMap'), metadata, data: labels }),
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

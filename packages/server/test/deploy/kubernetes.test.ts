import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { flags, variable } from '../../src/flags.ts'
import { openAppForAll } from '../support/open-app.ts'
import { shipped } from './support/compose-file.ts'
import { Image } from './support/image.ts'

interface Probe {
  httpGet: { path: string; port: string }
}

interface Container {
  name: string
  image: string
  args?: string[]
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]
  ports: { name: string; containerPort: number }[]
  startupProbe?: Probe
  readinessProbe: Probe
  livenessProbe: Probe
}

type Labels = Record<string, string>

/** An object of Kubernetes, as far as our tests look. */
interface Manifest {
  kind: string
  metadata: { name: string; namespace?: string }
  stringData?: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own
  spec: any
}

const documents = parseAllDocuments(shipped('kubernetes.yml'))
const objects = documents.map((document) => document.toJS() as Manifest)
const all = (kind: string) => objects.filter((object) => object.kind === kind)
const one = (kind: string, name: string) => all(kind).find(({ metadata }) => metadata.name === name)!
const containerOf = (name: string) => one('Deployment', name).spec.template.spec.containers[0] as Container
const image = new Image(shipped('Dockerfile'))
const labelsOf = (name: string) => one('Deployment', name).spec.template.metadata.labels as Labels

test('every document can be read, and all but the namespace are in it', () => {
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
  for (const { kind, metadata } of objects)
    expect([kind, metadata.namespace]).toEqual([kind, kind === 'Namespace' ? undefined : 'tertulia'])
})

test('the variables of a server are those that it knows, and what they take of the secret is there', () => {
  const known = new Set(Object.keys(flags).map(variable))
  const { env } = containerOf('tertulia')
  expect(env.map(({ name }) => name).filter((name) => name.startsWith('CHAT_SERVER_') && !known.has(name))).toEqual([])
  for (const name of ['tertulia', 'nats']) {
    for (const { valueFrom } of containerOf(name).env) {
      if (valueFrom)
        expect(Object.keys(one('Secret', valueFrom.secretKeyRef.name).stringData!)).toContain(valueFrom.secretKeyRef.key)
    }
    const set = new Set(containerOf(name).env.map(({ name }) => name))
    const used = JSON.stringify(containerOf(name)).matchAll(/\$\((\w+)\)/g)
    for (const [, name] of used) expect(set).toContain(name)
  }
})

test('names of ports, labels and services lead somewhere', () => {
  for (const { spec } of all('Service').filter(({ spec }) => spec.selector)) {
    const { ports } = containerOf(spec.selector.app)
    expect(labelsOf(spec.selector.app)).toMatchObject(spec.selector)
    for (const { targetPort } of spec.ports) expect(ports.map(({ name }) => name)).toContain(targetPort)
  }
  for (const kind of ['Deployment', 'PodDisruptionBudget'])
    for (const { metadata, spec } of all(kind)) expect(spec.selector.matchLabels).toEqual(labelsOf(metadata.name))
  for (const { spec } of all('NetworkPolicy')) {
    const { ports } = containerOf(spec.podSelector.matchLabels.app)
    for (const rule of spec.ingress) for (const { port } of rule.ports) expect(ports.map(({ name }) => name)).toContain(port)
  }
  const [{ spec }] = all('Ingress') as [Manifest]
  for (const { backend } of spec.rules[0].http.paths) expect(one('Service', backend.service.name)).toBeDefined()
  const { ports } = containerOf('tertulia')
  expect(ports[0]?.containerPort).toBe(Number(image.env.CHAT_SERVER_PORT))
})

test('only servers reach the bus, and only with the password', () => {
  const [rule] = one('NetworkPolicy', 'nats').spec.ingress
  expect(rule.from).toEqual([{ podSelector: { matchLabels: labelsOf('tertulia') } }])
  const { args } = containerOf('nats')
  expect(args).toEqual(expect.arrayContaining(['--pass', '$(NATS_PASSWORD)']))
})

test('a server that stops has the time that it takes', () => {
  const { env } = containerOf('tertulia')
  const delay = Number(env.find(({ name }) => name === 'CHAT_SERVER_STOP_DELAY')?.value ?? 0)
  expect(one('Deployment', 'tertulia').spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(delay + 10)
})

test('the file system of each container is read-only, and none runs as root', () => {
  for (const { spec } of all('Deployment')) {
    const { securityContext, containers } = spec.template.spec
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    for (const container of containers)
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] }
      })
  }
})

const shared = openAppForAll({ publicUrl: 'https://chat.example.org' })

test('what is asked of a server to know how it is, it answers to the address of a pod', async () => {
  const { startupProbe, readinessProbe, livenessProbe, ports } = containerOf('tertulia')
  for (const { httpGet } of [startupProbe!, readinessProbe, livenessProbe]) {
    expect(ports.map(({ name }) => name)).toContain(httpGet.port)
    const reply = await shared().app.inject({ method: 'GET', url: httpGet.path, headers: { host: '10.244.1.7:1543' } })
    expect([httpGet.path, reply.statusCode]).toEqual([httpGet.path, 200])
  }
})

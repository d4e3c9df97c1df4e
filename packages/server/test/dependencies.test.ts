import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const top = fileURLToPath(new URL('../../..', import.meta.url))

interface Lock {
  packages: Record<string, Record<string, unknown>>
}
type Manifest = Record<string, Record<string, unknown>>

/** What the check says of a copy of this repository's lists that was changed. */
function faultsAfter(change: (lock: Lock['packages'], root: Manifest) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-dependencies-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const lock = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8')) as Lock
  const root = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  change(lock.packages, root)
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root))
  for (const path of root.workspaces) {
    mkdirSync(join(folder, path), { recursive: true })
    cpSync(join(top, path, 'package.json'), join(folder, path, 'package.json'))
  }
  const { status, stderr } = spawnSync(process.execPath, [join(top, 'check-dependencies.mjs'), folder], { encoding: 'utf8' })
  expect(status).toBe(stderr === '' ? 0 : 1)
  return stderr
}

const fastify = 'node_modules/fastify'

test('what is installed is known byte for byte, runs nothing when it is installed, and may be used by everybody', () => {
  expect(faultsAfter(() => {})).toBe('')
})

test.each<[string, Parameters<typeof faultsAfter>[0], string]>([
  ['has no integrity', (lock) => void delete lock[fastify]?.integrity, 'has no sha512 integrity'],
  ['has a weak one', (lock) => void Object.assign(lock[fastify]!, { integrity: 'sha1-abc=' }), 'has no sha512 integrity'],
  [
    'comes from a place of its own',
    (lock) => void Object.assign(lock[fastify]!, { resolved: 'git+ssh://git@example.com/fastify.git#1' }),
    'names the place it comes from: git+ssh://git@example.com/fastify.git#1'
  ],
  [
    'runs a script when it is installed',
    (lock) => void Object.assign(lock[fastify]!, { hasInstallScript: true }),
    'install script'
  ],
  ['is under a licence that binds others', (lock) => void Object.assign(lock[fastify]!, { license: 'AGPL-3.0' }), 'AGPL-3.0'],
  [
    'is in chat.mjs, under a licence for tools',
    (lock) => void Object.assign(lock['node_modules/wrap-ansi']!, { license: 'MPL-2.0' }),
    'wrap-ansi'
  ],
  ['is under a licence for tools alone', (lock) => void Object.assign(lock[fastify]!, { license: 'MPL-2.0' }), 'MPL-2.0'],
  ['names no licence', (lock) => void delete lock[fastify]?.license, 'no licence that it names'],
  [
    'is a folder elsewhere',
    (lock) => void Object.assign(lock, { [fastify]: { link: true, resolved: '../fastify' } }),
    'is a link to ../fastify'
  ],
  [
    'is asked for in any version',
    (_lock, root) => void Object.assign(root.devDependencies!, { vitest: '^4.0.0' }),
    'package.json asks for vitest ^4.0.0: name one version'
  ]
])('a package that %s is refused', (_what, change, words) => {
  expect(faultsAfter(change)).toContain(words)
})

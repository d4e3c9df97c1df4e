// Checks what `npm ci` would install: node check-dependencies.mjs [FOLDER]. Says what is wrong, a line each; exit code 1 if anything is.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '.'
const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'))
const root = read('package.json')
const { packages } = read('package-lock.json')

/** May be part of what people install. All of them allow any use, and ask for no more than their notice. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense'
])
/** May be a tool of those who work on this repository: what it makes is not under its licence. */
const forTools = new Set([...permissive, 'MPL-2.0'])

/** Whether one of the alternatives of an SPDX expression is allowed. */
const isAllowed = (license = '', allowed) =>
  license
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((part) => part.split(' AND ').every((name) => allowed.has(name)))

/** Where a package finds another one: beside itself, or beside those that it is in. */
function found(name, path) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (packages[place]) return packages[place].link ? packages[place].resolved : place
    if (folder === '') return undefined
  }
}

/** What the build writes into chat.mjs is part of what people install, though npm installs none of it for them. */
const inChat = new Set()
function addAll(path, names) {
  for (const name of names) {
    const place = found(name, path)
    if (place === undefined || inChat.has(place)) continue
    inChat.add(place)
    addAll(place, Object.keys({ ...packages[place].dependencies, ...packages[place].optionalDependencies }))
  }
}
addAll('packages/cli', Object.keys(packages['packages/cli'].devDependencies ?? {}))

const faults = []
for (const [path, entry] of Object.entries(packages)) {
  if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue
  if (entry.link) {
    if (!packages[entry.resolved]) faults.push(`${path} is a link to ${entry.resolved}, which is not part of this repository`)
    continue
  }
  const { version, integrity, resolved, license, hasInstallScript, dev } = entry
  const what = `${path} ${version}`
  if (!/^sha512-[\w+/]{86}==$/.test(integrity ?? '')) faults.push(`${what} has no sha512 integrity`)
  // Where it is fetched from is a matter of whoever installs it; the integrity says what it has to be.
  if (resolved !== undefined) faults.push(`${what} names the place it comes from: ${resolved}`)
  if (hasInstallScript && root.allowScripts?.[path.replace(/^.*node_modules\//, '')] !== false) {
    faults.push(`${what} has an install script: forbid it in allowScripts, and see that all works without`)
  }
  if (!isAllowed(license, dev && !inChat.has(path) ? forTools : permissive)) {
    faults.push(`${what} is under ${license ?? 'no licence that it names'}, which is not in the list of this script`)
  }
}
for (const path of ['', ...root.workspaces]) {
  const { dependencies, devDependencies, optionalDependencies } = read(join(path, 'package.json'))
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    if (!/^\d+\.\d+\.\d+$/.test(version))
      faults.push(`${join(path, 'package.json')} asks for ${name} ${version}: name one version`)
  }
}

for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { flags, variable } from '../../src/flags.ts'
import { shipped } from './support/compose-file.ts'

const top = fileURLToPath(new URL('../../../../', import.meta.url))
const text = shipped('cloud-init.yml')
const {
  packages,
  write_files: files,
  runcmd
} = parse(text) as {
  packages: string[]
  write_files: { path: string; content: string }[]
  runcmd: string[]
}
const [script = ''] = runcmd

test('its first line says what it is, and its script is one that a shell can read', () => {
  expect(text.split('\n')[0]).toBe('#cloud-config')
  expect(packages).toEqual(expect.arrayContaining(['nodejs', 'npm', 'git', 'caddy']))
  expect(runcmd.length).toBe(1)
  expect(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})

test('what it takes from the repository is there', () => {
  const paths = script.match(/\bdeploy\/[\w./@-]+/g) ?? []
  expect(paths.length).toBeGreaterThan(4)
  for (const path of paths) expect([path, existsSync(`${top}${path}`)]).toEqual([path, true])
})

test('it sets variables that the server knows', () => {
  const known = Object.keys(flags).map(variable)
  const set = [...`${script}${files[0]?.content}`.matchAll(/CHAT_SERVER_[A-Z\d_]+(?==)/g)].map(([name]) => name)
  expect(set.length).toBeGreaterThan(3)
  expect(known).toEqual(expect.arrayContaining(set))
})

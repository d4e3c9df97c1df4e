import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-merge-'))
  copyFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), join(folder, 'package.json'))
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The lint step, in a repository that tracks this text too. */
const lint = (text: string) => {
  writeFileSync(join(folder, 'notes.md'), text)
  execFileSync('git', ['add', '.'], { cwd: folder })
  return spawnSync('npm', ['run', '--silent', 'lint:merges'], { cwd: folder, encoding: 'utf8' })
}

const marker = (sign: string) => sign.repeat(7)

test.each([`${marker('<')} HEAD`, `${marker('|')} 3760ca0`, marker('='), `${marker('>')} main`])(
  'a merge marker left in a text fails the lint, which says where: %s',
  (line) => {
    const { status, stdout } = lint(`one\n${line}\ntwo\n`)
    expect(status).toBe(1)
    expect(stdout).toContain(`notes.md:2:${line}`)
  }
)

test('a longer line of the same signs is no marker', () => {
  expect(lint(`${marker('=')}=\n${marker('>')}> deep\n`).status).toBe(0)
})

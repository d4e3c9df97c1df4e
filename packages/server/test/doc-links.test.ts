import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const top = fileURLToPath(new URL('../../..', import.meta.url))
const texts = execFileSync('git', ['ls-files', '*.md'], { cwd: top, encoding: 'utf8' }).trim().split('\n')

/** What a heading is called in an address. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

test.each(texts)('every link in %s leads somewhere', (text) => {
  const file = resolve(top, text)
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
  for (const link of links.filter((link) => !/^[a-z]+:/.test(link))) {
    const [path = '', fragment] = link.split('#')
    const target = path === '' ? file : resolve(dirname(file), path)
    expect(existsSync(target), link).toBe(true)
    if (fragment === undefined) continue
    const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading))
    expect(headings, link).toContain(fragment)
  }
})

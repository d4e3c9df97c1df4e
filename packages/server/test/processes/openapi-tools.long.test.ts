import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onTestFinished, type TestContext, test } from 'vitest'
import { openApp } from '../support/open-app.ts'
import { isLong } from '../support/test-length.ts'

const run = promisify(execFile)
const minutes = 60_000

/** A folder with these packages. They bring along too much, or another TypeScript, to be installed beside ours. */
async function folderWith({ skip }: TestContext, ...packages: string[]): Promise<string> {
  if (!process.env.CI || !isLong) skip(`${packages[0]} is fetched by npm run test:long, where CI is set`)
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-openapi-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: folder })
  return folder
}

/** A server with everything that one can have, listening, and its contract in a file. */
async function contractIn(folder: string): Promise<string> {
  const { app } = await openApp({ lab2: true })
  const url = await app.listen({ port: 0 })
  writeFileSync(join(folder, 'openapi.json'), await (await fetch(`${url}/openapi.json`)).text())
  return url
}

const bin = (folder: string, name: string) => join(folder, 'node_modules/.bin', name)

test('a second linter of contracts has nothing to object either', { timeout: 5 * minutes }, async (context) => {
  const folder = await folderWith(context, '@stoplight/spectral-cli@6.16.3')
  await contractIn(folder)
  writeFileSync(join(folder, '.spectral.yaml'), 'extends: ["spectral:oas"]\n')
  const { stdout } = await run(bin(folder, 'spectral'), ['lint', 'openapi.json', '--fail-severity', 'hint'], { cwd: folder })
  context.expect(stdout).toMatch(/^No results/)
})

const program = `
import createClient from 'openapi-fetch'
import type { paths } from './contract.ts'

declare const process: { argv: string[] }
const baseUrl = process.argv[2] ?? ''
const { data: marta } = await createClient<paths>({ baseUrl }).POST('/v1/users', { body: { name: 'marta' } })
const client = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${marta?.token}\` } })
const general = { params: { path: { room: 'general' } } }
const sent = await client.POST('/v1/rooms/{room}/messages', { ...general, body: { text: 'hi' } })
// @ts-expect-error: a message has a text
const empty = await client.POST('/v1/rooms/{room}/messages', { ...general, body: {} })
const page = await client.GET('/v1/rooms/{room}/messages', { params: { path: { room: 'general' }, query: { limit: 1 } } })
const text: string | null | undefined = page.data?.messages[0]?.text
const refused = await client.GET('/v1/rooms/{room}', { params: { path: { room: 'nowhere' } } })
const code: string | undefined = refused.error?.code
console.log(JSON.stringify([marta?.user.name, sent.data?.author.name, text, empty.error?.code, code]))
`

test('a client that was generated from the contract compiles, and talks to the server', {
  timeout: 5 * minutes
}, async (context) => {
  const folder = await folderWith(context, 'openapi-typescript@7.13.0', 'typescript@5.9.3', 'openapi-fetch@0.17.0')
  const url = await contractIn(folder)
  await run(bin(folder, 'openapi-typescript'), ['openapi.json', '--output', 'contract.ts'], { cwd: folder })
  writeFileSync(join(folder, 'program.ts'), program)
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    types: [],
    rewriteRelativeImportExtensions: true,
    skipLibCheck: true
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  const ours = fileURLToPath(new URL('../../../../node_modules/.bin/tsc', import.meta.url))
  await run(ours, ['-p', '.'], { cwd: folder })
  const { stdout } = await run(process.execPath, ['program.js', url], { cwd: folder })
  context.expect(JSON.parse(stdout)).toEqual(['marta', 'marta', 'hi', 'invalid-body', 'room-not-found'])
})

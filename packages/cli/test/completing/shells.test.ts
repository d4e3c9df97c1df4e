import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Profile } from '../../src/identity/profile.ts'
import { type Shell, shellScripts } from '../../src/shells/scripts.ts'
import { wordsCommand } from '../../src/shells/words-command.ts'
import { Home, startWith } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

const run = promisify(execFile)

/** Why a shell cannot be tried here; on a machine that checks every change that is an error. */
function missing(shell: Shell): string | undefined {
  if (!spawnSync(shell, ['--version']).error) return undefined
  if (process.env.CI) throw new Error(`${shell} is needed for these tests, and is not installed`)
  console.log(`Completion in ${shell} is not tried: ${shell} is not installed.`)
  return `${shell} is not installed`
}

let url: string
let home: Home

beforeAll(async () => {
  const { server, homes, end } = await startWith(['ana'])
  url = server.url
  home = homes[0]
  await home.client.rooms.create({ name: 'builds' })
  await home.client.rooms.create({ name: 'größe' })
  mkdirSync(join(home.folder, 'place'))
  writeFileSync(join(home.folder, 'place', 'seen.json'), '')
  writeFileSync(join(home.folder, 'place', 'seen twice.json'), '')
  return end
})

const room = { title: '', visibility: 'public', archived: false, createdAt: '2026-11-23T10:00:00.000Z', rev: 1 }
const asListed = { ...room, head: 1, role: null, readUpTo: null, unread: null }

/** A server of somebody else, with rooms that no server of ours has. */
async function hostileServer(): Promise<string> {
  const names = ['$(touch hacked)', '`touch hacked`', ';touch hacked;', '-rf', "a'b", 'general\n$(touch hacked)', 'harmless']
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify({ rooms: names.map((name) => ({ ...asListed, name })) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A folder with a `chat` that answers to Tab with these lines. */
function withAnswer(lines: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'chat-answer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'answer'), lines)
  writeFileSync(join(folder, 'chat'), `#!/bin/sh\ncat ${folder}/answer\n`)
  chmodSync(join(folder, 'chat'), 0o755)
  return folder
}

const hostileLines = ['$(touch hacked)', '`touch hacked`', '-rf', "a'b", 'a b', '*', '~', `\${HOME}`, '"', 'x:y'].join('\n')

const bashLine = `
eval "$SCRIPT"
COMP_LINE=$LINE COMP_POINT=\${#LINE}
COMP_WORDS=("$@")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_chat chat 2>/dev/null
((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}" || true`

/** As bash breaks a line into words: at blanks, and around = and :, which are words of their own. */
const brokenByBash = (line: string): string[] => line.match(/[=:]+|[^\s=:]+|(?<= )$/g) ?? []

const inBash = async (line: string, env: Record<string, string> = {}): Promise<string[]> => {
  const { stdout } = await run('bash', ['--norc', '--noprofile', '-c', bashLine, 'bash', ...brokenByBash(line)], {
    env: { ...home.env, SCRIPT: shellScripts.bash, LINE: line, ...env },
    cwd: join(home.folder, 'place')
  })
  return stdout.split('\n').slice(0, -1)
}

const inFish = async (line: string, env: Record<string, string> = {}): Promise<string[]> => {
  const variables = { ...home.env, SCRIPT: shellScripts.fish, LINE: line, ...env }
  const { stdout } = await run('fish', ['--no-config', '-c', 'echo $SCRIPT | source; complete -C $LINE'], {
    env: variables,
    cwd: join(home.folder, 'place')
  })
  return stdout.split('\n').slice(0, -1)
}

const words = (lines: string[]) => lines.map((line) => line.split('\t')[0])

describe.skipIf(missing('bash'))('bash', () => {
  test.each([
    ['chat se', ['send', 'search']],
    ['chat rooms a', ['add']],
    ['chat send --t', ['--tail', '--timeout']],
    ['chat --room ', ['builds', 'general', 'größe']],
    ['chat send hi --room=g', ['general', 'größe']],
    ['chat send hi --room=', ['builds', 'general', 'größe']],
    ['chat --as a', ['ana']],
    ['chat history gr', ['größe']],
    ['chat watch --state s', ['seen twice.json', 'seen.json']],
    ['chat watch --state=seen.', ['seen.json']],
    ['chat send ', []]
  ])('%s<Tab>', async (line, wanted) => {
    expect((await inBash(line)).sort()).toEqual([...wanted].sort())
  })

  test('of an address, only what is behind the last : is replaced', async () => {
    const [, rest = ''] = /^http:(.*)$/.exec(url) ?? []
    expect(await inBash('chat join http:')).toEqual([rest])
    expect(await inBash(`chat join ${url.slice(0, -1)}`)).toEqual([/\d+$/.exec(url)?.[0]])
  })

  test('where COMP_LINE is not told, COMP_WORDS is enough', async () => {
    const variables = { ...home.env, SCRIPT: shellScripts.bash }
    const line = `eval "$SCRIPT"; COMP_WORDS=(chat rooms r); COMP_CWORD=2; _chat; echo "\${COMPREPLY[*]}"`
    const { stdout } = await run('bash', ['--norc', '--noprofile', '-c', line], { env: variables })
    expect(stdout).toBe('remove role\n')
  })

  test('what comes is never run, and stays one word', async () => {
    const folder = withAnswer(`${hostileLines}\n`)
    const found = await inBash('chat --room ', { PATH: `${folder}:${process.env.PATH}` })
    expect(found).toEqual(hostileLines.split('\n'))
    expect(readdirSync(join(home.folder, 'place'))).not.toContain('hacked')
  })
})

describe.skipIf(missing('fish'))('fish', () => {
  test.each([
    ['chat se', ['send', 'search']],
    ['chat rooms a', ['add']],
    ['chat send --t', ['--tail', '--timeout']],
    ['chat --room g', ['general', 'größe']],
    ['chat send hi --room=g', ['--room=general', '--room=größe']],
    ['chat --as a', ['ana']],
    ['chat watch --state seen', ['seen twice.json', 'seen.json']],
    ['chat watch --state=seen.', ['--state=seen.json']]
  ])('%s<Tab>', async (line, wanted) => {
    expect(words(await inFish(line)).sort()).toEqual([...wanted].sort())
  })

  test('commands and flags are described', async () => {
    expect(await inFish('chat sen')).toEqual(['send\tSend a message to a room, and print its id'])
  })

  test('what comes is never run', async () => {
    const folder = withAnswer(`${hostileLines}\n`)
    const found = await inFish('chat --room ', { PATH: `${folder}:${process.env.PATH}` })
    expect(words(found)).toContain('$(touch hacked)')
    expect(readdirSync(join(home.folder, 'place'))).not.toContain('hacked')
  })
})

describe.skipIf(tmuxMissing())('at a prompt', () => {
  const tmux = new Tmux()
  const prompts: [Shell, string][] = [
    ['bash', 'bash --norc --noprofile -i'],
    ['zsh', 'zsh -f -i'],
    ['fish', 'fish --no-config -i']
  ]

  for (const [shell, command] of prompts) {
    const load = shell === 'fish' ? 'chat completion fish | source' : `eval "$(chat completion ${shell})"`
    const open = async (env: Record<string, string> = {}) => {
      const terminal = await tmux.open(`cd '${join(home.folder, 'place')}' && ${command}`, {
        ...home.env,
        PS1: '> ',
        TERM: 'xterm-256color',
        ...env
      })
      await terminal.type(`${load}; clear; echo rea""dy\r`)
      await terminal.until(/^ready$/)
      return terminal
    }

    test.skipIf(missing(shell))(`${shell} completes a command, a flag, a room, an address and a file`, async () => {
      const terminal = await open({ HOME: home.folder })
      /** The word is done when the next one stands behind it, apart. */
      const tab = async (line: string, whole: string) => {
        await terminal.type(line)
        await terminal.press('Tab')
        await terminal.until((rows) => rows.at(-1)?.includes(whole) === true)
        await terminal.type('end')
        await terminal.until((rows) => rows.at(-1)?.includes(`${whole} end`) === true)
        await terminal.press('C-u')
        await terminal.until((rows) => rows.at(-1)?.includes('chat') === false)
      }
      await tab('chat hist', 'chat history')
      await tab('FOO=1 chat send --ta', 'chat send --tail')
      await tab('chat watch --room=ge', 'chat watch --room=general')
      await tab('chat history gr', 'chat history größe')
      await tab(`chat join ${url.slice(0, -1)}`, `chat join ${url}`)
      await tab('chat watch --state seen.', 'chat watch --state seen.json')
    })

    test.skipIf(missing(shell))(`${shell} offers nothing that a server could make it run`, async () => {
      const server = await hostileServer()
      Profile.ofUser(home.env).remember({ server, name: 'ana', token: 'x' })
      const terminal = await open({ HOME: home.folder, CHAT_SERVER: server })
      await terminal.type('chat history ')
      await terminal.press('Tab')
      await terminal.until((rows) => /chat history harmless/.test(rows.at(-1) ?? ''))
      expect(readdirSync(join(home.folder, 'place'))).not.toContain('hacked')
    })
  }

  afterAll(() => {
    expect(readdirSync(join(home.folder, 'place'))).not.toContain('hacked')
  })
})

test('without a server, and with a line that makes no sense, Tab is silent', async () => {
  const nobody = new Home({ CHAT_SERVER: 'http://127.0.0.1:9' })
  onTestFinished(() => nobody.remove())
  Profile.ofUser(nobody.env).remember({ server: 'http://127.0.0.1:9', name: 'ana', token: 'x' })
  for (const line of [
    ['--room', ''],
    ['--server', 'ftp://x', '--room', '']
  ])
    expect(await nobody.chat([wordsCommand, '--', ...line])).toEqual({ code: 0, stdout: '', stderr: '' })
})

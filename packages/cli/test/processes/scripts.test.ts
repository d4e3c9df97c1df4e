import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Home, startWith } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

describe.skipIf(tmuxMissing())('what scripts use, on a terminal', () => {
  const tmux = new Tmux()
  let ana: Home
  let luis: Home
  let end: () => Promise<void>

  beforeAll(async () => {
    const started = await startWith(['ana', 'luis'])
    ;[ana, luis] = started.homes
    end = started.end
  })
  afterAll(() => end())

  const said = async () => (await ana.client.messages.history('general')).messages

  test('ask says what it waits for, then what was answered', async () => {
    const terminal = await tmux.open('chat ask "deploy?" --from luis', ana.env)
    await terminal.until(/^Waiting for luis to answer message \d+ in general: yes or no\.$/)
    await luis.client.messages.post('general', { text: 'No.' })
    const rows = await terminal.until('[exit 10]')
    const [question, answer] = (await said()).slice(-2)
    expect(rows.slice(0, rows.indexOf('[exit 10]'))).toEqual([
      `Waiting for luis to answer message ${question?.id} in general: yes or no.`,
      `luis has answered no, in message ${answer?.id}.`,
      'no'
    ])
  })

  test('Ctrl-C ends the wait for an answer with 130', async () => {
    const terminal = await tmux.open('trap : INT; chat ask "now?"', ana.env)
    await terminal.until('Waiting for anybody to answer message')
    await terminal.press('C-c')
    await terminal.until('[exit 130]')
  })

  test('Ctrl-C reaches a command that is run once, and the command has the terminal', async () => {
    const counts =
      'n=0; trap "n=\\$((n + 1)); echo got \\$n" INT; echo ready; until read -r line; do :; done; echo read $line; exit 5'
    const terminal = await tmux.open(`trap : INT; chat run --name job -- bash -c '${counts}'`, ana.env)
    await terminal.until('ready')
    await terminal.press('C-c')
    await terminal.until('got 1')
    await terminal.type('enough')
    await terminal.press('Enter')
    const rows = await terminal.until('[exit 5]')
    expect(rows).toContain('read enough')
    expect(rows.join('\n')).not.toContain('got 2')
    expect((await said()).at(-1)?.text).toMatch(/^job: failed \(exit 5\) after /)
  })

  test('a command that Ctrl-C ends, ends run and a loop around it: 130', async () => {
    const terminal = await tmux.openShell(ana.env)
    await terminal.until(/^\$/)
    await terminal.type(`for n in 1 2; do chat run --name "round $n" -- sleep 600; done; echo "[exit $?]"`)
    await terminal.press('Enter')
    for (let started = false; !started; ) started = (await said()).at(-1)?.text?.startsWith('round 1: started') === true
    await terminal.press('C-c')
    await terminal.until((rows) => rows.at(-1)?.trim() === '$')
    await terminal.type('echo "[exit $?]"')
    await terminal.press('Enter')
    await terminal.until(/^\[exit 130\]$/)
    expect((await said()).at(-1)?.text).toMatch(/^round 1: ended by SIGINT after /)
  })
})

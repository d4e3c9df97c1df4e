import { ChatClient } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, startWith } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

describe.skipIf(tmuxMissing())('somebody at a terminal who has no name yet', () => {
  const tmux = new Tmux()
  let url: string

  beforeAll(async () => {
    const chat = await startWith(['luis'])
    url = chat.server.url
    return chat.end
  })

  function env(more: Record<string, string> = {}): Record<string, string> {
    const home = new Home({ CHAT_SERVER: url, ...more })
    onTestFinished(() => home.remove())
    return home.env
  }

  /** The name that a command at a terminal took; it has registered whoever answered with Enter. */
  async function nameTakenBy(command: string, login: string): Promise<string> {
    const { client, id } = await somebodyWhoSent('before')
    const terminal = await tmux.open(command.replace('ID', String(id)), env({ LOGNAME: login }))
    await terminal.answer(`Your name [${login}]:`, '')
    const rows = (await terminal.until('[tty same]')).join(' ')
    expect(rows).toContain(`You are now ${login} on ${url}; this computer remembers it.`)
    return (await client.users.get(login)).name
  }

  let count = 0
  async function somebodyWhoSent(text: string) {
    const { token } = await new ChatClient({ server: url }).users.register({ name: `somebody${++count}` })
    const client = new ChatClient({ server: url, token })
    return { client, id: (await client.messages.post('general', { text })).id }
  }

  test.each([
    ['chat send hi', 'sonia'],
    ['chat edit ID "not mine"', 'edu'],
    ['chat delete ID', 'delia'],
    ['chat watch --once', 'walter']
  ])('is asked by %s, and is who Enter says', async (command, login) => {
    expect(await nameTakenBy(command, login)).toBe(login)
  })

  test('is told at once why a name cannot be had, and asked again until one can', async () => {
    const terminal = await tmux.open(`chat join --plain`, env({ LOGNAME: 'ana' }), { columns: 100 })
    await terminal.answer('Your name [ana]:', 'ana maría')
    await terminal.until('letters, digits, “.”, “_” and “-”')
    await terminal.answer('Your name [ana]:', 'Admin')
    await terminal.until('which is reserved')
    await terminal.answer('Your name [ana]:', 'x'.repeat(33))
    await terminal.until('The name has 33 characters; the limit is 32.')
    await terminal.answer('Your name [ana]:', 'Luis')
    const rows = await terminal.until(`chat login ${url} --as Luis`)
    expect(rows.join(' ')).toContain('The name “Luis” is taken. Choose another. If it is yours, press Ctrl-C and sign in:')
    await terminal.answer('Your name [ana]:', '')
    await terminal.until(`Joined general at ${url} as ana (new name, remembered here).`)
  })

  test.each(['root', String.raw`DOMAIN\ana`, 'admin', 'ana maría'])(
    'is not offered the login name %s, and Enter alone is no answer',
    async (login) => {
      const name = `eva${login.length}`
      const terminal = await tmux.open('chat send hi', env({ LOGNAME: login, USER: login, SUDO_USER: '' }))
      if (process.getuid?.() !== 0) return void (await terminal.until(/^Your name/))
      await terminal.answer('Your name:', '')
      await terminal.until((rows) => rows.filter((row) => row === 'Your name:').length === 2)
      await terminal.answer('Your name:', name)
      await terminal.until('[tty same]')
      await expect(new ChatClient({ server: url }).users.register({ name })).rejects.toMatchObject({ code: 'name-taken' })
    }
  )

  test('behind sudo is offered their own login name', async () => {
    const terminal = await tmux.open('chat send hi', env({ LOGNAME: 'root', USER: 'root', SUDO_USER: 'pedro' }))
    await terminal.asks('Your name [pedro]:')
    await terminal.press('C-d')
    await terminal.until('[exit 3]')
  })

  test('leaves with Ctrl-C, as a signal does', async () => {
    const terminal = await tmux.openShell(env())
    for (const command of ['chat join', 'chat send hi', 'chat watch']) {
      await terminal.answer('$', `${command}`)
      await terminal.asks('Your name [someone]:')
      await terminal.type('a')
      await terminal.press('C-c')
      await terminal.answer('$', `echo "[exit $?] of ${command}"`)
      await terminal.until(`[exit 130] of ${command}`)
    }
  })

  test.each([
    ['chat join', 2, 'chat: You have no name on URL yet. Choose one, for example: chat join URL --as ana'],
    ['chat send hi', 3, 'chat: You have no name on URL yet. Choose one: chat join URL --as NAME']
  ])('leaves %s with Ctrl-D, and is told as if there were no terminal', async (command, exit, sentence) => {
    const terminal = await tmux.open(command, env(), { columns: 200 })
    await terminal.asks('Your name [someone]:')
    await terminal.press('C-d')
    const rows = await terminal.until(`[exit ${exit}]`)
    expect(rows).toContain(sentence.replaceAll('URL', url))
    await terminal.until('[tty same]')
  })

  test.each([
    'chat send hi --json',
    'chat watch --json',
    'chat delete 1 --json',
    'chat send hi 2>&1 | cat',
    'chat send hi <>/dev/null'
  ])('is not asked by %s', async (command) => {
    const terminal = await tmux.open(command, env(), { columns: 300 })
    const rows = await terminal.until('[tty same]')
    expect(rows.join('\n')).toContain('You have no name on')
    expect(rows.join('\n')).not.toContain('Your name')
  })
})

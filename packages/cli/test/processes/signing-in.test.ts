import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Profile } from '../../src/identity/profile.ts'
import { Home, startWith } from '../support/chat.ts'
import { scan } from '../support/scanner.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

describe.skipIf(tmuxMissing())('at a terminal', () => {
  const tmux = new Tmux()
  const secret = 'correct ñandú battery'
  let url: string
  let ana: Home

  beforeAll(async () => {
    const chat = await startWith(['ana'])
    url = chat.server.url
    ;[ana] = chat.homes
    return chat.end
  })

  test('passwords are asked for and never shown; a slip is corrected', async () => {
    const terminal = await tmux.open('chat password', ana.env)
    await terminal.answer('New password:', 'añosaño')
    await terminal.until('A password has 8 to 256 characters. Once more.')
    await terminal.answer('New password:', secret)
    await terminal.answer('Again:', 'something else')
    await terminal.until('They differ. Once more.')
    await terminal.asks('New password:')
    await terminal.type(`${secret}ñ`)
    await terminal.press('BSpace', 'Enter')
    await terminal.asks('Again:')
    await terminal.type('nonsense')
    await terminal.press('C-u')
    await terminal.type(secret)
    await terminal.press('Enter')
    await terminal.until('[exit 0]')
    const rows = await terminal.until('[tty same]')
    expect(rows.join('\n')).not.toMatch(/horse|battery|something|nonsense/)

    const laptop = new Home()
    onTestFinished(() => laptop.remove())
    const login = await tmux.open(`chat login ${url}`, laptop.env)
    await login.until('Your name [')
    await login.type('ana')
    await login.press('Enter')
    await login.answer('Password of ana:', secret)
    expect((await login.until('[tty same]')).join('\n')).toContain(`Signed in to ${url} as ana, remembered here.`)
    expect((await laptop.chat(['whoami'])).stdout).toBe('ana\n')
  })

  test('who has no password is asked before the name is lost with the token, who has one is asked for it', async () => {
    const luis = new Home({ CHAT_SERVER: url })
    onTestFinished(() => luis.remove())
    await luis.join(url, 'luis')
    const logout = await tmux.open('chat logout', luis.env)
    const rows = await logout.asks('Type luis to go ahead:')
    expect(rows.join(' ')).toContain('luis has no password')
    await logout.press('Enter')
    await logout.until('[exit 2]')
    expect((await luis.chat(['whoami'])).stdout).toBe('luis\n')

    await luis.client.users.setPassword({ password: secret })
    const who = await tmux.open('chat whoami', luis.env)
    expect((await who.until('[exit 0]')).join(' ')).toContain(`with your password: chat login ${url} --as luis`)
    const change = await tmux.open('chat password', luis.env)
    await change.answer('Current password:', 'wrong')
    await change.answer('New password:', 'something else')
    await change.answer('Again:', 'something else')
    expect((await change.until('[exit 3]')).join(' ')).toContain('That is not your current password. [403 wrong-password]')
    const sure = await tmux.open('chat logout', luis.env)
    await sure.until('[exit 0]')
    expect((await luis.chat(['whoami'])).code).toBe(3)
  })

  test('a bot is told what it is, and that signing out ends its token', async () => {
    const { token } = await ana.client.bots.create({ name: 'builder' })
    const env = { ...ana.env, CHAT_SERVER: url, CHAT_TOKEN: token }
    const who = await tmux.open('chat whoami', env)
    const rows = (await who.until('[exit 0]')).join(' ')
    expect(rows).toContain('A bot. On ')
    expect(rows).not.toContain('password')
    const logout = await tmux.open('chat logout', env)
    expect((await logout.asks('Type builder to go ahead:')).join(' ')).toContain(
      'This ends the token of builder; its owner can create another.'
    )
    await logout.press('Enter')
    await logout.until('[exit 2]')
  })

  test('an invite is told with the role it gives and the time at which it ends', async () => {
    await ana.client.rooms.create({ name: 'plans' })
    const invite = await tmux.open('chat invite --room plans --expires 2h', ana.env)
    const rows = (await invite.until('[exit 0]')).join(' ')
    expect(rows).toMatch(/into plans as a member, until \d{4}-\d\d-\d\d \d\d:\d\d\. They type:/)
  })

  test('Ctrl-C at the question for a password gives the terminal back', async () => {
    const terminal = await tmux.open(`chat login ${url} --as ana`, ana.env)
    await terminal.asks('Password of ana:')
    await terminal.press('C-c')
    await terminal.until('[exit 130]')
    await terminal.until('[tty same]')
  })

  test('a name that some server has made up does nothing to the terminal on which it is asked for', async () => {
    const guest = new Home()
    onTestFinished(() => guest.remove())
    Profile.ofUser(guest.env).rememberJoin({ server: url, name: 'eva\x1b]0;owned\x07\x1b[2J', room: 'general' })
    const terminal = await tmux.open(`chat login ${url}`, guest.env)
    await terminal.answer('Your name [eva\\x1b]0;owned\\x07\\x1b[2J]:', '')
    await terminal.asks('Password of eva\\x1b]0;owned\\x07\\x1b[2J:')
    await terminal.press('C-c')
    await terminal.until('[exit 130]')
  })

  test('what cannot be undone is done once the name was typed', async () => {
    await ana.client.bots.create({ name: 'deploys' })
    const hasty = await tmux.open('chat bots remove deploys', ana.env)
    await hasty.answer('Type deploys to go ahead:', 'yes')
    expect((await hasty.until('[exit 2]')).join('\n')).toContain('chat: That is not “deploys”; nothing was changed.')
    const sure = await tmux.open('chat bots remove deploys', ana.env)
    await sure.answer('Type deploys to go ahead:', 'deploys')
    expect((await sure.until('[exit 0]')).join('\n')).toContain('The bot deploys has ended.')
  })

  test('the code of a link is shown with the line to type on the other device, and it says that nobody else reaches this one', async () => {
    const terminal = await tmux.open('chat link', ana.env)
    const rows = await terminal.until('[exit 0]')
    const [code = ''] = rows
    expect(code).toMatch(/^[0-9A-Z]{26}$/)
    expect(rows.join(' ')).toMatch(/It works once\. Expires \d\d:\d\d\. On the other device:/)
    expect(rows).toContain(`chat login ${url} --code ${code.replace(/(.{4})(?=.)/g, '$1-')}`)
    expect(rows).toContain(`${url}/#link=${code}`)
    expect(rows.join(' ')).toContain('This works on this computer only: for another device')
    expect(rows.join('')).not.toMatch(/[▀▄█]/)
  })

  /** An address of the server that leads, as far as can be told from it, to another computer. */
  async function elsewhere() {
    const address = url.replace('127.0.0.1', '[::ffff:7f00:1]')
    const home = new Home({ CHAT_SERVER: address })
    onTestFinished(() => home.remove())
    const { code } = await ana.client.sessions.link()
    await home.chat(['login', '--code', code])
    return { address, home }
  }

  test('the link is drawn to be scanned, whole above the next prompt, and signs in who scans it', async () => {
    const { address, home } = await elsewhere()
    const size = { columns: 80, rows: 24 }
    const terminal = await tmux.openShell(home.env, size)
    await terminal.asks('$')
    const written = await terminal.record()
    await terminal.type('chat link')
    await terminal.press('Enter')
    await terminal.until(/▀.*▀/)
    await terminal.asks('$')
    const link = await scan(written(), { ...size, background: 0 })
    expect(link).toMatch(/#link=[0-9A-Z]{26}$/)
    expect(link.startsWith(`${address}/`)).toBe(true)
    expect((await terminal.rows()).join('\n')).toContain(`In a browser, or scanned with a phone:\n${link}\n`)
    const phone = new Home()
    onTestFinished(() => phone.remove())
    expect((await phone.chat(['join', link])).stderr).toContain('as ana (signed in, remembered here)')
  })

  test.each<[string, { columns: number; rows: number }, Record<string, string>]>([
    ['in a small window', { columns: 40, rows: 10 }, {}],
    ['without colours', { columns: 80, rows: 24 }, { NO_COLOR: '1' }],
    ['for a screen reader', { columns: 80, rows: 24 }, { CHAT_PLAIN: '1' }]
  ])('%s the link is only written', async (_where, size, env) => {
    const { home } = await elsewhere()
    const terminal = await tmux.openShell({ ...home.env, ...env }, size)
    await terminal.asks('$')
    const written = await terminal.record()
    await terminal.type('chat link; echo "[exit $?]"')
    await terminal.press('Enter')
    await terminal.until('[exit 0]')
    expect(written()).toContain('In a browser:\r\n')
    expect(written()).not.toMatch(/[▀▄█]/)
  })

  test('in a pipe there is the code alone', async () => {
    const { home } = await elsewhere()
    const terminal = await tmux.open('chat link | cat -A', home.env)
    const rows = await terminal.until('[exit 0]')
    expect(rows[0]).toMatch(/^[0-9A-Z]{26}\$$/)
    expect(rows.join('')).not.toMatch(/[▀▄█]/)
  })
})

import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, startWith } from '../support/chat.ts'
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
    expect((await who.until('[exit 0]')).join(' ')).toContain('with your password (chat login)')
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

  test('what cannot be undone is done once the name was typed', async () => {
    await ana.client.bots.create({ name: 'deploys' })
    const hasty = await tmux.open('chat bots remove deploys', ana.env)
    await hasty.answer('Type deploys to go ahead:', 'yes')
    expect((await hasty.until('[exit 2]')).join('\n')).toContain('chat: That is not “deploys”; nothing was changed.')
    const sure = await tmux.open('chat bots remove deploys', ana.env)
    await sure.answer('Type deploys to go ahead:', 'deploys')
    expect((await sure.until('[exit 0]')).join('\n')).toContain('The bot deploys has ended.')
  })

  test('the code of a link is shown with the line to type on the other device', async () => {
    const terminal = await tmux.open('chat link', ana.env)
    const rows = await terminal.until('[exit 0]')
    expect(rows[0]).toMatch(/^[0-9A-Z]{26}$/)
    const grouped = rows[0]?.replace(/(.{4})(?=.)/g, '$1-')
    expect(rows.join(' ')).toMatch(/It works once, until \d\d:\d\d\. On the other device:/)
    expect(rows).toContain(`chat login ${url} --code ${grouped}`)
  })
})

import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('people and rooms', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const press = ({ page }: Person, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
  /** Press it, and press it in the question that comes. */
  const pressTwice = async (person: Person, name: string) => {
    await press(person, name)
    await person.page.getByRole('group').getByRole('button', { name, exact: true }).click()
  }
  const said = ({ page }: Person, text: string | RegExp) => page.getByRole('dialog').getByText(text)
  const told = ({ page }: Person, text: RegExp) => page.locator('.note').getByText(text)
  /** Until it is told, for the eye as well: once. */
  const isTold = async ({ page }: Person, text: string) => {
    const line = page.getByText(text, { exact: true })
    await expect.poll(async () => (await line.boundingBox())?.height ?? 0).toBeGreaterThan(20)
    expect(await page.getByRole('status').filter({ has: line }).count()).toBe(1)
  }
  /** It was read aloud, whatever else is. */
  const isHeard = ({ page }: Person, text: string) =>
    page.locator('[role=status]').getByText(text, { exact: true }).waitFor({ state: 'attached' })
  const inList = ({ page }: Person, name: string): Locator =>
    page.getByRole('complementary', { name: 'People' }).getByRole('button', { name: new RegExp(`^${name}( |$)`) })
  const isIn = ({ page }: Person, room: string) =>
    page.getByRole('heading', { level: 1 }).getByText(room, { exact: true }).waitFor()
  const gone = ({ page }: Person) => page.getByRole('dialog').waitFor({ state: 'detached' })
  const openRoom = async (person: Person) => {
    await person.page.getByRole('heading', { level: 1 }).getByRole('button').click()
    await person.page.getByRole('dialog').waitFor()
  }
  /** The room that was shown is closed, and says why. */
  const isOutside = async (person: Person, why: string | RegExp) => {
    await person.page.getByRole('alert').getByText(why).waitFor()
    expect(await person.page.locator('article').count()).toBe(0)
    expect(await person.composer.count()).toBe(0)
    expect(await person.page.locator('.people li').count()).toBe(0)
  }
  const goAndComeBack = async (person: Person) => {
    for (const room of ['general', 'den']) {
      await person.page.evaluate((name) => {
        location.hash = `room=${name}`
      }, room)
      await isIn(person, room)
    }
  }
  /** What has the focus, in its words; undefined: nothing has. */
  const focused = ({ page }: Person) =>
    page.evaluate(() => {
      const { activeElement } = document
      return activeElement === document.body ? undefined : (activeElement?.textContent ?? undefined)
    })

  /** luis has made a room on the page; what others ask for is asked of `url`. */
  async function openDen({ isPrivate = true, locale = 'en-GB' } = {}) {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    const luis = await Person.enter(browser, url, 'luis')
    await ask('POST', `${folder.url}/v1/rooms`, {
      token: await luis.token(),
      json: { name: 'den', visibility: isPrivate ? 'private' : 'public' }
    })
    await luis.page.getByRole('link', { name: 'den' }).click()
    await isIn(luis, 'den')
    const marta = await Person.enter(browser, url, 'marta')
    if (locale !== 'en-GB') await luis.page.evaluate(() => localStorage.setItem('tertulia language', 'es'))
    const room = `${folder.url}/v1/rooms/den`
    return { folder, url, luis, marta, room, tokenOfLuis: await luis.token() }
  }

  test('a link lets somebody into a private room who had no name here, as often as it says and no more', async () => {
    const { luis, marta, url } = await openDen()
    await press(luis, 'Invite people')
    await press(luis, 'Make a link')
    await told(luis, /^This link lets 1 person into den, until /).waitFor()
    const link = (await luis.page.locator('.address').textContent()) ?? ''
    expect(link).toMatch(new RegExp(`^${url}/#join=[0-9A-Z]{26}$`))
    await said(luis, /^0 of 1 used, until .*, by luis$/).waitFor()
    await luis.page.keyboard.press('Escape')
    await gone(luis)
    expect(await focused(luis)).toBe('Invite people')

    const zoe = await Person.at(browser, link, 'zoe')
    await zoe.page.getByText('luis invites you to den.').waitFor()
    await zoe.page.getByLabel('Your name').fill('zoe')
    await zoe.page.keyboard.press('Enter')
    await isIn(zoe, 'den')
    await inList(luis, 'zoe').waitFor()
    // It is spent: who has a name here stays outside, and it is not offered any more.
    await marta.page.goto(link)
    await marta.page
      .getByRole('alert')
      .getByText(/invite/)
      .waitFor()
    await marta.is('live')
    expect(await marta.page.getByRole('link', { name: 'den' }).count()).toBe(0)
    await press(luis, 'Invite people')
    await said(luis, 'By a link').waitFor()
    await luis.page.getByRole('button', { name: 'Make a link' }).waitFor()
    expect(await luis.page.getByRole('button', { name: /^Revoke/ }).count()).toBe(0)
    for (const person of [luis, marta, zoe]) await person.leave()
  })

  test('an invite that was revoked leads nowhere', async () => {
    const { luis, marta } = await openDen()
    await press(luis, 'Invite people')
    await luis.page.getByLabel('For how many').selectOption('5 people')
    await luis.page.getByLabel('Valid for').selectOption('1 day')
    await press(luis, 'Make a link')
    await told(luis, /^This link lets 5 people into den/).waitFor()
    const link = (await luis.page.locator('.address').textContent()) ?? ''
    await luis.page.getByRole('button', { name: /^Revoke: 0 of 5 used/ }).click()
    await luis.page.locator('.address').waitFor({ state: 'detached' })
    const zoe = await Person.at(browser, link, 'zoe')
    await zoe.page.getByRole('alert').getByText('There is no invite').waitFor()
    for (const person of [luis, marta, zoe]) await person.leave()
  })

  test('an invite to a room that bans its reader, or without a connection, says that it leads nowhere, in the language of the page, and is tried again', async () => {
    const { luis, marta, room, tokenOfLuis, folder, url } = await openDen()
    const invites = `${folder.url}/v1/invites`
    const { body } = await ask('POST', invites, { token: tokenOfLuis, json: { room: 'den', uses: 1 } })
    const link = `${url}/#join=${body.code}`
    await marta.page.evaluate(() => localStorage.setItem('tertulia language', 'es'))
    await ask('PUT', `${room}/members/marta`, { token: tokenOfLuis, json: { role: 'banned' } })
    await marta.page.goto(link)
    await marta.page.getByRole('alert').getByText('Ese código no existe, o fue anulado.').waitFor()
    await ask('DELETE', `${room}/members/marta`, { token: tokenOfLuis })

    await marta.page.route('**/v1/invites/**', (route) => route.abort())
    await marta.page.goto(link)
    await marta.page.getByRole('alert').getByText('No hay respuesta del servidor').waitFor()
    await marta.page.unroute('**/v1/invites/**')
    await press(marta, 'Reintentar')
    await isIn(marta, 'den')
    expect(await marta.page.getByRole('alert').count()).toBe(0)
    await luis.leave()
    await marta.leave()
  })

  test('whoever comes new to a room that is not there is in the first one, and told so', async () => {
    const { folder, luis, marta } = await openDen()
    for (const room of ['nosuch', 'den']) {
      const zoe = await Person.enter(browser, `${folder.url}/#room=${room}`, `zoe-${room}`)
      await isIn(zoe, 'general')
      await zoe.page.getByRole('alert').getByText(/room/).waitFor()
      await inList(zoe, zoe.name).waitFor()
      await press(zoe, 'Close')
      await zoe.page.getByRole('alert').waitFor({ state: 'detached' })
      await zoe.leave()
    }
    await luis.leave()
    await marta.leave()
  })

  test('whoever is added by name sees the room at once; a name that nobody has is refused, in the language of the page', async () => {
    const { luis, marta } = await openDen({ locale: 'es' })
    await luis.page.reload()
    await luis.page.getByRole('button', { name: 'Invitar' }).click()
    const name = luis.page.getByRole('textbox', { name: 'Nombre' })
    await name.fill('nadie')
    await name.press('Enter')
    await luis.page.getByRole('alert').getByText('Aquí nadie tiene ese nombre').waitFor()
    await name.fill('marta')
    await name.press('Enter')
    await said(luis, 'marta es miembro de den.').waitFor()
    await marta.page.getByRole('link', { name: 'den' }).waitFor()
    await luis.leave()
    await marta.leave()
  })

  test('an owner makes a moderator and takes that back; who may do what is offered to nobody else', async () => {
    const { luis, marta, room, tokenOfLuis } = await openDen()
    await ask('PUT', `${room}/members/marta`, { token: tokenOfLuis })
    await marta.page.getByRole('link', { name: 'den' }).click()
    await isIn(marta, 'den')
    await inList(marta, 'luis').click()
    await said(marta, 'owner').waitFor()
    expect(await marta.page.locator('.menu button').allTextContents()).toEqual(['Mention in the message'])
    await marta.page.keyboard.press('Escape')
    expect(await marta.page.getByRole('button', { name: 'Invite people' }).count()).toBe(0)
    await openRoom(marta)
    await said(marta, 'Private: only its members see it').waitFor()
    expect(await marta.page.getByRole('dialog').getByRole('textbox').count()).toBe(0)
    await marta.page.keyboard.press('Escape')

    // Until she is told to be here: her name moves then, and no focus goes back to where it was.
    await luis.page.locator('.people .here', { hasText: 'marta' }).waitFor()
    await inList(luis, 'marta').click()
    await press(luis, 'Make moderator')
    await gone(luis)
    await isHeard(luis, 'marta is a moderator of den.')
    await expect.poll(() => focused(luis)).toContain('marta')
    await inList(luis, 'marta').getByText('moderator').waitFor()
    await marta.page.getByRole('button', { name: 'Invite people' }).waitFor()
    await inList(luis, 'marta').click()
    await press(luis, 'Make member')
    await marta.page.getByRole('button', { name: 'Invite people' }).waitFor({ state: 'detached' })
    await luis.leave()
    await marta.leave()
  })

  test('whoever is removed or banned is out at once, and a lifted ban lets them in again', async () => {
    const { luis, marta, tokenOfLuis, room } = await openDen({ isPrivate: false })
    await ask('PUT', `${room}/members/marta`, { token: tokenOfLuis })
    await marta.page.getByRole('link', { name: 'den' }).click()
    await marta.send('aquí estoy')
    await luis.reads('aquí estoy')

    await inList(luis, 'marta').click()
    await press(luis, 'Remove from the room')
    await luis.page.getByRole('group', { name: 'Remove marta from den?' }).waitFor()
    await press(luis, 'Remove from the room')
    await gone(luis)
    await inList(luis, 'marta').waitFor({ state: 'detached' })
    expect(await focused(luis)).not.toBeUndefined()
    await marta.page.getByText('You were removed from den. You are reading den without being a member.').waitFor()
    await isHeard(marta, 'You were removed from den.')
    await marta.page.getByRole('button', { name: 'Join' }).waitFor()
    expect(await marta.said('aquí estoy').count()).toBe(1)

    // What she wrote is still there, and leads to her.
    await luis.said('aquí estoy').getByRole('button', { name: 'marta' }).click()
    await said(luis, 'not in den').waitFor()
    // What stands below a dialog is not heard.
    await press(marta, 'Search')
    await pressTwice(luis, 'Ban')
    await gone(luis)
    await isHeard(marta, 'You were banned from den.')
    await marta.page.keyboard.press('Escape')
    await gone(marta)
    await isOutside(marta, 'You were banned from den.')
    await marta.page.getByRole('link', { name: 'den' }).waitFor({ state: 'detached' })
    await goAndComeBack(marta)
    await isOutside(marta, 'You were banned from den.')
    await marta.page.reload()
    await isOutside(marta, /banned/)

    await openRoom(luis)
    await luis.page.getByRole('button', { name: 'Lift the ban: marta' }).click()
    await luis.page.getByRole('heading', { name: 'Banned' }).waitFor({ state: 'detached' })
    // The button is gone; the focus and the word of it are in the dialog.
    await expect.poll(() => focused(luis)).toBe('')
    expect(await luis.page.getByRole('button', { name: 'Close' }).evaluate((one) => one === document.activeElement)).toBe(true)
    await luis.page.getByRole('dialog').locator('[role=status]').getByText('The ban is lifted.').waitFor()
    await marta.page.getByRole('link', { name: 'den' }).waitFor()
    await marta.reads('aquí estoy')
    await luis.leave()
    await marta.leave()
  })

  test('of a private room nothing stays in sight for who is removed, and there is a way to another one', async () => {
    const { luis, marta, tokenOfLuis, room } = await openDen()
    await ask('PUT', `${room}/members/marta`, { token: tokenOfLuis })
    await marta.page.getByRole('link', { name: 'den' }).click()
    await luis.send('entre nosotros')
    await marta.reads('entre nosotros')
    await openRoom(marta)
    await ask('DELETE', `${room}/members/marta`, { token: tokenOfLuis })
    await gone(marta)
    await isOutside(marta, 'You were removed from den.')
    await isHeard(marta, 'You were removed from den.')
    await goAndComeBack(marta)
    await isOutside(marta, 'You were removed from den.')
    await press(marta, 'Go to a room')
    await marta.page.keyboard.type('general')
    await marta.page.keyboard.press('Enter')
    await isIn(marta, 'general')
    await marta.composer.waitFor()
    await luis.leave()
    await marta.leave()
  })

  test('the only owner who leaves is led to where the room can be handed over, and leaves then', async () => {
    const { luis, marta, tokenOfLuis, room } = await openDen()
    await openRoom(luis)
    await said(luis, /^You are the only owner of den, and nobody else/).waitFor()
    await press(luis, 'Archive the room')
    await luis.page.getByRole('group', { name: /^Archive den\? Its members can read/ }).waitFor()
    await press(luis, 'Cancel')
    await luis.page.getByRole('dialog').getByRole('button', { name: 'Invite people' }).click()
    await said(luis, 'By their name here').waitFor()
    await luis.page.keyboard.press('Escape')
    await ask('PUT', `${room}/members/marta`, { token: tokenOfLuis })
    await inList(luis, 'marta').waitFor()
    await pressTwice(luis, 'Leave the room')
    await said(luis, /^You are the only owner of den\. To leave/).waitFor()
    await luis.page.getByLabel('New owner').selectOption('marta')
    await press(luis, 'Hand over')
    await expect.poll(() => focused(luis)).toBe('Leave the room')
    await isTold(luis, 'marta is an owner too. You can leave now.')
    const leave = luis.page.getByRole('dialog').getByRole('button', { name: 'Leave the room' })
    await leave.click()
    await luis.page.getByRole('group', { name: 'Leave den?' }).waitFor()
    await leave.click()
    await isIn(luis, 'general')
    await marta.page.getByRole('link', { name: 'den' }).click()
    await inList(marta, 'marta').getByText('owner').waitFor()
    expect(await inList(marta, 'luis').count()).toBe(0)
    await luis.leave()
    await marta.leave()
  })

  test('a room is changed and archived; what somebody else changed meanwhile is shown first', async () => {
    const { luis, marta, tokenOfLuis, room } = await openDen({ isPrivate: false })
    await marta.page.getByRole('link', { name: 'den' }).click()
    await openRoom(luis)
    const topic = luis.page.getByLabel('What it is about')
    await topic.fill('lo mío')
    await ask('PATCH', room, { token: tokenOfLuis, json: { title: 'lo de otro aparato' } })
    await press(luis, 'Save')
    await luis.page.getByRole('alert').getByText('lo de otro aparato').waitFor()
    expect(await topic.inputValue()).toBe('lo mío')
    await press(luis, 'Save')
    await gone(luis)
    await isTold(luis, 'Saved.')
    await marta.page.locator('.bar-title').getByText('lo mío').waitFor()

    await ask('POST', `${room}/messages`, { token: tokenOfLuis, json: { text: 'lo que hay' } })
    await openRoom(luis)
    const kept = luis.page.getByLabel('Keep messages')
    expect(await kept.inputValue()).toBe('forever')
    await kept.selectOption('30')
    await said(luis, /^Older messages are erased for everybody/).waitFor()
    await press(luis, 'Save')
    await gone(luis)
    expect((await ask('GET', room, { token: tokenOfLuis })).body).toMatchObject({ title: 'lo mío', retainDays: 30 })
    await luis.page.getByText('Messages are kept for 30 days.', { exact: true }).waitFor()
    await ask('PATCH', room, { token: tokenOfLuis, json: { retainDays: 12 } })
    await luis.page.getByText('Messages are kept for 12 days.', { exact: true }).waitFor()
    await openRoom(marta)
    await said(marta, /Messages are kept for 12 days\.$/).waitFor()
    await marta.page.keyboard.press('Escape')
    await openRoom(luis)
    expect(await kept.inputValue()).toBe('12')
    await ask('PATCH', room, { token: tokenOfLuis, json: { retainDays: 45 } })
    await kept.getByText('45 days').waitFor({ state: 'attached' })
    expect(await kept.inputValue()).toBe('12')
    await luis.page.keyboard.press('Escape')
    await openRoom(luis)
    await kept.selectOption('forever')
    await press(luis, 'Save')
    await gone(luis)
    expect((await ask('GET', room, { token: tokenOfLuis })).body).toMatchObject({ retainDays: null })

    await openRoom(luis)
    await press(luis, 'Archive the room')
    await luis.page.getByRole('group', { name: /^Archive den\? Everybody can read/ }).waitFor()
    await press(luis, 'Archive the room')
    await marta.page.locator('.notice').getByText('This room is archived').waitFor()
    await luis.page.getByRole('link', { name: 'den archived', exact: true }).waitFor()
    await openRoom(luis)
    await press(luis, 'Reopen the room')
    await marta.composer.waitFor()
    await luis.leave()
    await marta.leave()
  })

  test('with the keys alone somebody is mentioned, from what they wrote', async () => {
    const { luis, marta } = await openDen({ isPrivate: false })
    await marta.page.getByRole('link', { name: 'den' }).click()
    await marta.send('¿quién viene?')
    await luis.reads('¿quién viene?')
    await luis.composer.fill('yo, ')
    await luis.page.keyboard.press('Shift+Tab')
    await expect.poll(() => luis.log.evaluate((log) => log === document.activeElement)).toBe(true)
    await luis.page.keyboard.press('End')
    await luis.page.keyboard.press('Tab')
    await expect.poll(() => focused(luis)).toBe('marta')
    await luis.page.keyboard.press('Enter')
    await said(luis, 'member').waitFor()
    await luis.page.getByRole('button', { name: 'Mention in the message' }).press('Enter')
    await expect.poll(() => luis.composer.inputValue()).toBe('yo, @marta ')
    await luis.page.keyboard.type('claro')
    await luis.page.keyboard.press('Enter')
    await marta.reads('yo, @marta claro')
    await luis.leave()
    await marta.leave()
  })

  test('a public room that somebody makes, or makes public, is there for all the others at once', async () => {
    const { luis, marta, folder, room, tokenOfLuis } = await openDen()
    await ask('POST', `${folder.url}/v1/rooms`, { token: tokenOfLuis, json: { name: 'ops', title: 'Guardias' } })
    await marta.page.getByRole('link', { name: 'ops' }).waitFor()
    expect(await marta.page.getByRole('link', { name: 'den' }).count()).toBe(0)
    await ask('PATCH', room, { token: tokenOfLuis, json: { visibility: 'public' } })
    await marta.page.getByRole('link', { name: 'den' }).click()
    await marta.page.getByRole('button', { name: 'Join' }).click()
    await inList(luis, 'marta').waitFor()
    await luis.leave()
    await marta.leave()
  })

  test('on the address of this computer alone, it is said that a link leads nobody else here', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, folder.url, 'luis')
    await press(luis, 'Invite people')
    await said(luis, /works on this computer only/).waitFor()
    await said(luis, 'Anybody who has a name here can come in by this link.').waitFor()
    expect(await luis.page.locator('.address').textContent()).toBe(`${folder.url}/#room=general`)
    await luis.page.keyboard.press('Escape')
    await luis.page.getByRole('button', { name: /Your account/ }).click()
    await press(luis, 'Make a code')
    await said(luis, /works on this computer only/).waitFor()
    await luis.leave()
  })
})

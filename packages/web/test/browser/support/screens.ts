import { expect } from 'vitest'
import { ask, register } from '../../../../server/test/processes/support/ask.ts'
import type { Person } from './person.ts'

/**
 * A chat as a small team has it: two rooms, some talk, a bot, an edit, a deletion.
 * @param ana  her token
 * @returns that of marta
 */
export async function furnish(url: string, ana: string): Promise<string> {
  const rooms = `${url}/v1/rooms`
  const general = `${rooms}/general/messages`
  const marta = await register(url, 'marta')
  const bot = await ask('POST', `${url}/v1/bots`, { token: ana, json: { name: 'ci' } })
  const say = async (token: string, text: string, messages = general): Promise<number> =>
    (await ask('POST', messages, { token, json: { text } })).body.id
  await say(ana, 'hola, ya está el servidor')
  await say(marta, 'yo, desde la otra máquina; este renglón es largo y por eso sigue debajo, alineado con el texto')
  await say(bot.body.token, 'build 118 passed')
  const edited = await say(marta, '¿me lees?')
  await ask('PUT', `${general}/${edited}`, { token: marta, json: { text: '@luis ¿me lees? https://example.org/apuntes' } })
  const gone = await say(ana, 'esto sobra')
  await ask('DELETE', `${general}/${gone}`, { token: ana })
  await ask('POST', rooms, { token: ana, json: { name: 'ops', title: 'Guardias y despliegues' } })
  await say(ana, 'el despliegue es a las cinco', `${rooms}/ops/messages`)
  return marta
}

/** Each screen of somebody who is in, and what brings it up from the room. */
export const screens: Readonly<Record<string, (person: Person) => Promise<unknown>>> = {
  room: async () => {},
  actions: async (person) => {
    await person.send('lo mío')
    await person.reads('lo mío')
    await person.said('lo mío').click({ position: { x: 4, y: 4 } })
  },
  'delete question': async (person) => {
    await person.said('lo mío').click({ position: { x: 4, y: 4 } })
    await person.said('lo mío').getByRole('button', { name: 'Delete' }).click()
  },
  edit: async (person) => {
    await person.said('lo mío').getByRole('button', { name: 'Keep' }).click()
    await person.said('lo mío').getByRole('button', { name: 'Edit' }).click()
    await person.page.getByRole('textbox', { name: 'Edit message' }).waitFor()
  },
  search: async (person) => {
    await person.page.getByRole('textbox', { name: 'Edit message' }).press('Escape')
    await person.page.getByRole('button', { name: 'Search', exact: true }).click()
    const words = person.page.getByRole('textbox', { name: 'Search messages' })
    await words.fill('servidor')
    await words.press('Enter')
    await person.page.getByRole('dialog').getByText('ya está el servidor').waitFor()
  },
  'room switcher': async (person) => {
    await closePanel(person)
    await person.page.keyboard.press('Control+k')
    await person.page.getByRole('dialog').waitFor()
  },
  account: async (person) => {
    await closePanel(person)
    await openMenu(person)
    await person.page.getByRole('button', { name: /Your account/ }).click()
    await person.page.getByRole('button', { name: 'Make a code' }).click()
    await person.page.getByRole('button', { name: 'Copy link' }).waitFor()
  },
  help: async (person) => {
    await closePanel(person)
    await person.log.focus()
    await person.page.keyboard.press('?')
    await person.page.getByRole('dialog', { name: 'Help' }).waitFor()
  },
  'new room': async (person) => {
    await closePanel(person)
    await openMenu(person)
    await person.page.getByRole('button', { name: 'New room' }).click()
    await person.page.getByLabel('Name of the room').waitFor()
  },
  'a room to join': async (person) => {
    await closePanel(person)
    await openMenu(person)
    await person.page.getByRole('link', { name: 'ops' }).click()
    await person.page.getByRole('button', { name: 'Join' }).waitFor()
  },
  'room settings': async (person) => {
    await openMenu(person)
    await person.page.getByRole('button', { name: 'New room' }).click()
    await person.page.getByLabel('Name of the room').fill('equipo')
    await person.page.keyboard.press('Enter')
    await person.page.getByRole('textbox', { name: 'Message to equipo' }).waitFor()
    await person.page.getByRole('heading', { level: 1 }).getByRole('button').click()
    await person.page.getByText('You are the only owner').waitFor()
  },
  invite: async (person) => {
    await closePanel(person)
    await openPeople(person)
    await person.page.getByRole('button', { name: 'Invite people' }).click()
    await person.page.getByRole('textbox', { name: 'Name' }).fill('marta')
    await person.page.getByRole('button', { name: 'Add' }).click()
    await person.page.getByText('marta is a member').waitFor()
    await person.page.getByRole('button', { name: 'Make a link' }).click()
    await person.page.getByRole('button', { name: 'Revoke' }).waitFor()
    await expect.poll(() => person.page.locator('.qr path').getAttribute('d')).not.toBe('')
  },
  person: async (person) => {
    await closePanel(person)
    await openPeople(person)
    await person.page.getByRole('button', { name: /^marta/ }).click()
    await person.page.getByRole('button', { name: 'Ban' }).click()
    await person.page.getByRole('group', { name: /^Ban marta/ }).waitFor()
  }
}

/** On a phone the rooms and the account are behind a button. */
async function openMenu({ page }: Person): Promise<void> {
  const menu = page.getByRole('button', { name: 'Rooms and account' })
  if (await menu.isVisible()) await menu.click()
}

/** Who is in the room is beside it on a wide screen, else behind a button. */
async function openPeople({ page }: Person): Promise<void> {
  const count = page.getByRole('button', { name: /^\d+ here$/ })
  await expect
    .poll(async () => (await count.isVisible()) || (await page.getByRole('complementary', { name: 'People' }).isVisible()))
    .toBe(true)
  if (await count.isVisible()) await count.click()
}

async function closePanel({ page }: Person): Promise<void> {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

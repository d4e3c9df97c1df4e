import { expect, vi } from 'vitest'
import type { Guest } from './open-app.ts'

/** Names of the members who follow a room now. */
export async function following(guest: Guest, room: string): Promise<string[]> {
  const { members } = (await guest.get(`/v1/rooms/${room}/members`)).json()
  return members.flatMap(({ name, connected }: { name: string; connected: boolean }) => (connected ? [name] : []))
}

/** Wait until this member follows the room, as seen by the guest. */
export const beginToFollow = (guest: Guest, room: string, name: string): Promise<void> =>
  vi.waitFor(async () => expect(await following(guest, room)).toContain(name), 20_000)

import type { ChatCommand } from './chat-command.ts'

/** A command as it is started and explained: what its class says of itself, and how one is made of the words that follow its name. */
export type Runnable = (new (argv: readonly string[]) => ChatCommand) & typeof ChatCommand

export type Load = () => Promise<{ default: Runnable }>

/** Every command, by the words that call it, joined by colons. Only the one that is called is loaded: each would cost time at every start. */
export const commands: Record<string, Load> = {
  join: () => import('./commands/join.ts'),
  send: () => import('./commands/send.ts'),
  edit: () => import('./commands/edit.ts'),
  delete: () => import('./commands/delete.ts'),
  watch: () => import('./commands/watch.ts'),
  history: () => import('./commands/history.ts'),
  rooms: () => import('./commands/rooms.ts'),
  'rooms:create': () => import('./commands/rooms/create.ts'),
  'rooms:set': () => import('./commands/rooms/set.ts'),
  'rooms:add': () => import('./commands/rooms/add.ts'),
  'rooms:remove': () => import('./commands/rooms/remove.ts'),
  'rooms:role': () => import('./commands/rooms/role.ts'),
  'rooms:ban': () => import('./commands/rooms/ban.ts'),
  'rooms:unban': () => import('./commands/rooms/unban.ts'),
  read: () => import('./commands/read.ts'),
  search: () => import('./commands/search.ts'),
  export: () => import('./commands/export.ts'),
  who: () => import('./commands/who.ts'),
  leave: () => import('./commands/leave.ts'),
  login: () => import('./commands/login.ts'),
  logout: () => import('./commands/logout.ts'),
  link: () => import('./commands/link.ts'),
  password: () => import('./commands/password.ts'),
  invite: () => import('./commands/invite.ts'),
  'invite:list': () => import('./commands/invite/list.ts'),
  'invite:revoke': () => import('./commands/invite/revoke.ts'),
  ask: () => import('./commands/ask.ts'),
  run: () => import('./commands/run.ts'),
  tokens: () => import('./commands/tokens.ts'),
  'tokens:create': () => import('./commands/tokens/create.ts'),
  'tokens:revoke': () => import('./commands/tokens/revoke.ts'),
  bots: () => import('./commands/bots.ts'),
  'bots:create': () => import('./commands/bots/create.ts'),
  'bots:remove': () => import('./commands/bots/remove.ts'),
  whoami: () => import('./commands/whoami.ts'),
  completion: () => import('./commands/completion.ts')
}

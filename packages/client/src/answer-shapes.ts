import type {
  BotList,
  EventPage,
  ExportLine,
  Health,
  InviteList,
  InviteSummary,
  IssuedBot,
  IssuedInvite,
  IssuedToken,
  LogEvent,
  Me,
  Member,
  MemberList,
  Message,
  MessagePage,
  ReadMarker,
  Room,
  RoomList,
  SearchPage,
  SignedIn,
  SignInLink,
  StreamNote,
  TokenList,
  User
} from '@tertulia/protocol'

/**
 * Whether something can be what was asked for: it has the members that nobody can do without, each of the right kind. Whatever else it
 * has is not looked at. Some other service at the address, which answers everything with `{}`, is found out here; the schemas of the
 * protocol are far too large for that.
 */
export type Shape<T> = (value: unknown) => value is T

type Test = (value: unknown) => boolean
type Members<T> = { readonly [Name in keyof T]?: Test }

const text: Test = (value) => typeof value === 'string'
const number: Test = (value) => Number.isSafeInteger(value)
const time: Test = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const flag: Test = (value) => typeof value === 'boolean'
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value)
const list =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const object = <T>(members: Members<T>): Shape<T> => {
  const tests = Object.entries<Test | undefined>(members) // once: every event of a stream is looked at
  return (value): value is T =>
    typeof value === 'object' && value !== null && tests.every(([name, test]) => test?.(value[name as keyof object]))
}
const typed = object<{ type: string }>({ type: text })
/** What is told apart by its type; types that are not known pass, for readers skip them. */
const byType =
  <T>(shapes: Readonly<Record<string, Test>>): Shape<T> =>
  (value): value is T =>
    typed(value) && (!Object.hasOwn(shapes, value.type) || shapes[value.type]?.(value) === true)

export const user = object<User>({ name: text })
export const me = object<Me>({ name: text, kind: text })
export const signedIn = object<SignedIn>({ user, token: text })
export const signInLink = object<SignInLink>({ code: text, expiresAt: time })

const token = { id: number, name: text, scope: text, rooms: orNull(list(text)), expiresAt: orNull(time) }
export const issuedToken = object<IssuedToken>({ ...token, token: text })
export const tokenList = object<TokenList>({ tokens: list(object(token)) })

export const issuedBot = object<IssuedBot>({ user, token: text })
export const botList = object<BotList>({ bots: list(object<User>({ name: text, createdAt: time })) })

const invite = {
  id: number,
  room: orNull(text),
  role: orNull(text),
  invitedBy: orNull(text),
  uses: number,
  used: number,
  expiresAt: time
}
export const issuedInvite = object<IssuedInvite>({ ...invite, code: text })
export const inviteList = object<InviteList>({ invites: list(object(invite)) })
export const inviteSummary = object<InviteSummary>({ room: orNull(text) })

const settings = { title: text, visibility: text, archived: flag }
export const room = object<Room>({ name: text, ...settings })
export const roomList = object<RoomList>({
  rooms: list(object({ name: text, ...settings, role: orNull(text), unread: orNull(number) }))
})

export const member = object<Member>({ name: text, kind: text, role: text })
export const memberList = object<MemberList>({ members: list(object({ name: text, kind: text, role: text, connected: flag })) })
export const readMarker = object<ReadMarker>({ room: text, readUpTo: number, unread: number })

const author = object({ name: text })
/** Of a message that was sent or edited its number says enough. */
export const message = object<Message>({ id: number, room: text, author })
const readMessage = object<Message>({
  id: number,
  room: text,
  author,
  text: orNull(text),
  createdAt: time,
  editedAt: orNull(time),
  deletedAt: orNull(time),
  rev: number
})
export const messagePage = object<MessagePage>({ messages: list(readMessage), cursor: text })
export const searchPage = object<SearchPage>({ messages: list(readMessage), complete: flag })

export const health = object<Health>({ status: text })

const event = { seq: number, room: text, at: time, actor: orNull(text) }
const ofRoom = object({ ...event, settings: object(settings) })
const ofMember = object({ ...event, member })
const ofMessage = object({ ...event, message: readMessage })
const membership = object({ room: text, role: text })
const ofMembership = object({ ...event, membership })
export const logEvent = byType<LogEvent>({
  'room.created': ofRoom,
  'room.updated': ofRoom,
  'member.joined': ofMember,
  'member.updated': ofMember,
  'member.left': object({ ...event, member, reason: text }),
  'message.created': ofMessage,
  'message.edited': ofMessage,
  'message.deleted': ofMessage,
  'membership.joined': ofMembership,
  'membership.updated': ofMembership,
  'membership.left': object({ ...event, membership, reason: text }),
  'marker.moved': object({ ...event, marker: object({ room: text, readUpTo: number }) })
} satisfies Record<LogEvent['type'], Test>)

export const eventPage = object<EventPage>({ events: list(logEvent), cursor: text, more: flag })

const place = object({ room: text, cursor: text })
const rooms = object({ room: text, rooms: list(object({ name: text, rev: number, ...settings })), more: flag })
const presence = object({ room: text, connected: list(text), disconnected: list(text), more: flag })
export const streamNote = byType<StreamNote>({ ready: place, synced: place, reset: place, presence, rooms } satisfies Partial<
  Record<StreamNote['type'], Test>
>)

export const exportLine = byType<ExportLine>({
  room,
  member: object({ name: text, kind: text, role: orNull(text) }),
  message: readMessage,
  end: object({ cursor: text, messages: number })
} satisfies Record<ExportLine['type'], Test>)

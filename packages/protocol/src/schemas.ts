import { BotList, IssuedBot, NewBot } from './bots.ts'
import { CombinedEventPage, EventPage, LogEvent, logEvents, Membership, MovedMarker } from './events.ts'
import { Health } from './health.ts'
import { Invite, InviteList, InviteSummary, IssuedInvite, NewInvite, NewInviteLookup } from './invites.ts'
import { Limits } from './limits-in-force.ts'
import { Member, MemberList, NewMembership, PresentMember } from './members.ts'
import { Message, MessagePage, NewMessage } from './messages.ts'
import { Problem, ProblemItem } from './problems.ts'
import { Rate, RateLimits } from './rate-limits.ts'
import { NewReadMarker, ReadMarker } from './read-markers.ts'
import { ListedRoom, NewRoom, Room, RoomChanges, RoomList, RoomSettings } from './rooms.ts'
import { SearchPage } from './search.ts'
import { NewSession, SignInLink } from './sessions.ts'
import { IssuedToken, NewToken, Token, TokenList } from './tokens.ts'
import { Author, Me, NewPassword, NewUser, SignedIn, User } from './users.ts'

/** Every schema with a name, to be registered once; the others refer to them. */
export const schemas = [
  Author,
  User,
  Me,
  NewUser,
  SignedIn,
  NewPassword,
  NewSession,
  SignInLink,
  Token,
  IssuedToken,
  NewToken,
  TokenList,
  NewBot,
  IssuedBot,
  BotList,
  Invite,
  IssuedInvite,
  NewInvite,
  InviteList,
  NewInviteLookup,
  InviteSummary,
  RoomSettings,
  Room,
  ListedRoom,
  NewRoom,
  RoomChanges,
  RoomList,
  Member,
  PresentMember,
  MemberList,
  NewMembership,
  ReadMarker,
  NewReadMarker,
  Message,
  NewMessage,
  MessagePage,
  SearchPage,
  Membership,
  MovedMarker,
  ...Object.values(logEvents),
  LogEvent,
  EventPage,
  CombinedEventPage,
  Health,
  Rate,
  RateLimits,
  Limits,
  ProblemItem,
  Problem
]

import type { IssuedInvite } from '@tertulia/protocol'

/** What only whoever runs the server may ask for: by its program, on its machine. */
export type Order =
  | { do: 'invite'; room: string | null; admin: boolean; uses: number; lastsMs: number }
  | { do: 'list'; after: string | null }
  | { do: 'reset'; name: string }
  | { do: 'disable'; name: string; undo: boolean }
  | { do: 'admin'; name: string; undo: boolean }

export interface ListedUser {
  name: string
  kind: 'person' | 'bot'
  admin: boolean
  disabled: boolean
  createdAt: string
}

/** What somebody who is not disabled has not got to sign in with; null: nothing is missing, or nobody can give it. */
export type Lacks = 'password' | 'token' | null

/** `server`: where others reach the server; null: nobody knows. */
export type Answer =
  | { did: 'invite'; invite: IssuedInvite; server: string | null }
  | { did: 'list'; users: ListedUser[]; next: string | null }
  | { did: 'reset'; name: string; code: string; expiresAt: string; server: string | null }
  | { did: 'disable'; name: string; undo: boolean; lacks: Lacks }
  | { did: 'admin'; name: string; undo: boolean }
  | { refused: string }

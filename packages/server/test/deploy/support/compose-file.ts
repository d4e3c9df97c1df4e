import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** A service of a compose file, as far as our tests look. */
export interface ComposeService {
  image: string
  build?: { context: string; dockerfile: string }
  command?: string[]
  environment?: Record<string, string | number>
  networks?: string[] | Record<string, { ipv4_address?: string }>
  ports?: string[]
  volumes?: string[]
  healthcheck?: { test: string[] }
  depends_on?: string[] | Record<string, { condition: string }>
  stop_grace_period?: string
  ulimits?: { nofile: number }
}

export interface ComposeFile {
  services: Record<string, ComposeService>
  networks?: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>
  volumes?: Record<string, null>
}

export const shipped = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../../deploy/${file}`, import.meta.url)), 'utf8')

/** Every variable that a compose file takes from .env, and whether it can do without. */
export const variablesOf = (file: string): { name: string; isOptional: boolean }[] =>
  [...shipped(file).matchAll(/\$\{(\w+)(:-)?/g)].map(([, name = '', isOptional]) => ({
    name,
    isOptional: isOptional !== undefined
  }))

/** A compose file as `docker compose` understands it with these variables. */
export function composeFile(file: string, env: Record<string, string>): ComposeFile {
  const text = shipped(file).replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, mark?: string, rest = '') => {
    const value = env[name] || (mark === '-' ? rest : undefined)
    if (value === undefined) throw new Error(`${name} is not set: ${rest}`)
    return value
  })
  return parse(text, { merge: true }) as ComposeFile
}

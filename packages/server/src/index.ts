export { type ChatServerOptions, chatServer, chatServerOptions } from './app.ts'
export { openBus } from './open-bus.ts'
export { openStore } from './open-store.ts'
export type { HostUser } from './services/users.ts'

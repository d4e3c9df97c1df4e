export { type ChatServerOptions, chatServer, chatServerOptions } from './app.ts'

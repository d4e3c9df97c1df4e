/** What vite makes of such imports. */
declare module '*?worker&url' {
  const url: string
  export default url
}

/** A wait before another try. What makes it worth trying at once cuts it short. */
export class Pause {
  #end: () => void = () => {}

  async take(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    await new Promise<void>((resolve) => {
      this.#end = resolve
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
  }

  cut(): void {
    this.#end()
  }
}

/** A list of numbers that grows: of millions, a plain array would take several times as much while it does. */
export class Numbers {
  #values = new Float64Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  /** Their own copy. */
  values(): Float64Array {
    return this.#values.slice(0, this.#count);
  }
}

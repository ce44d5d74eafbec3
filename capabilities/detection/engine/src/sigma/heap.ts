/**
 * A binary heap by time; equal times leave in the order they came.
 * @module
 */
interface Entry<T> {
  readonly item: T;
  readonly serial: number;
}

export class TimeHeap<T extends { readonly time: number }> {
  readonly #entries: Entry<T>[] = [];
  #serial = 0;

  get length(): number {
    return this.#entries.length;
  }

  /** All items, in the order they would leave. */
  inOrder(): readonly T[] {
    return [...this.#entries]
      .sort((left, right) => left.item.time - right.item.time || left.serial - right.serial)
      .map(({ item }) => item);
  }

  first(): T | undefined {
    return this.#entries[0]?.item;
  }

  push(item: T): void {
    const entries = this.#entries;
    entries.push({ item, serial: this.#serial });
    this.#serial += 1;
    let index = entries.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  shift(): T | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (!top || !last || entries.length === 0) return top?.item;
    entries[0] = last;
    let index = 0;
    for (;;) {
      let smallest = index;
      for (const child of [index * 2 + 1, index * 2 + 2])
        if (child < entries.length && this.#before(child, smallest)) smallest = child;
      if (smallest === index) return top.item;
      this.#swap(index, smallest);
      index = smallest;
    }
  }

  #before(left: number, right: number): boolean {
    const first = this.#entries[left] as Entry<T>;
    const second = this.#entries[right] as Entry<T>;
    return first.item.time < second.item.time || (first.item.time === second.item.time && first.serial < second.serial);
  }

  #swap(left: number, right: number): void {
    const entry = this.#entries[left] as Entry<T>;
    this.#entries[left] = this.#entries[right] as Entry<T>;
    this.#entries[right] = entry;
  }
}

import type { GoValue } from "../values/value.ts";

interface Variable {
  readonly name: string;
  value: GoValue;
}

/** The variables of one template in execution: a stack, of which blocks cut off what they declared. */
export class Scope {
  readonly #variables: Variable[];

  /** @param data - the value of `$`. */
  constructor(data: GoValue) {
    this.#variables = [{ name: "$", value: data }];
  }

  /** How many variables there are, for {@link cutTo}. */
  get size(): number {
    return this.#variables.length;
  }

  cutTo(size: number): void {
    this.#variables.length = size;
  }

  declare(name: string, value: GoValue): void {
    this.#variables.push({ name, value });
  }

  /** Assigns to the innermost variable of that name. @returns whether there is one */
  assign(name: string, value: GoValue): boolean {
    const variable = this.#find(name);
    if (variable !== undefined) variable.value = value;
    return variable !== undefined;
  }

  /** Sets the nth variable from the top, from 1. */
  setTop(n: number, value: GoValue): void {
    const variable = this.#variables.at(-n);
    if (variable !== undefined) variable.value = value;
  }

  read(name: string): GoValue {
    return this.#find(name)?.value ?? null;
  }

  #find(name: string): Variable | undefined {
    return this.#variables.findLast((variable) => variable.name === name);
  }
}

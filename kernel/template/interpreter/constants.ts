import { formatNode, type LiteralNode } from "../language/nodes.ts";
import type { NumberLiteral } from "../language/number-literal.ts";
import { type GoValue, type ParameterType, SizedInteger } from "../values/value.ts";
import { spellType } from "./arguments.ts";
import { refuse } from "./execution-error.ts";

/** A literal that is a value by itself. */
type ConstantNode = Exclude<LiteralNode, { kind: "dot" | "nil" }>;

/** What Go calls the literals of a type, in errors. */
const EXPECTED = { string: "string", bool: "bool", int: "integer", uint32: "unsigned integer", float64: "float" };

/** @returns the value of a constant where no type is asked for. @throws ExecutionFailed if it overflows an `int` */
export function constantValue(node: ConstantNode): GoValue {
  if (node.kind !== "number") return node.value;
  const value = idealConstant(node.literal);
  if (value === undefined) throw refuse(`${node.literal.text} overflows int`);
  return value;
}

/** @returns the value of a constant where a type is asked for. @throws ExecutionFailed if it is not of that type */
export function constantAs(node: ConstantNode, type: ParameterType): GoValue {
  switch (type) {
    case "any":
      return constantValue(node);
    case "string":
    case "bool":
      if (node.kind === type) return node.value;
      break;
    case "int":
    case "uint32":
    case "float64": {
      const value = node.kind === "number" ? numberAs(node.literal, type) : undefined;
      if (value !== undefined) return value;
      break;
    }
    default:
      throw refuse(`can't handle ${formatNode(node)} for arg of type ${spellType(type)}`);
  }
  throw refuse(`expected ${EXPECTED[type]}; found ${formatNode(node)}`);
}

/** @returns the number as a value of the type, or `undefined` if it does not fit. */
function numberAs(literal: NumberLiteral, type: "int" | "uint32" | "float64"): GoValue | undefined {
  if (type === "float64") return literal.float;
  if (type === "int") return literal.int;
  return literal.uint === undefined ? undefined : new SizedInteger("uint32", BigInt.asUintN(32, literal.uint));
}

/** @returns the number as its spelling says, or `undefined` if it overflows an `int`. */
function idealConstant(literal: NumberLiteral): GoValue | undefined {
  const { text } = literal;
  if (literal.complex !== undefined) return literal.complex;
  const isHexInteger = /^0[xX]/.test(text) && !/[pP]/.test(text);
  if (literal.float !== undefined && !isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text))
    return literal.float;
  return literal.int;
}

import { depthOf } from './entries'
import { isList, isTable, type Json, nameOf, type Path } from './json'
import type { Count, Field, Shape } from './schema'

/** What is wrong at a place, before the service is asked. */
export interface Problem {
  place: string
  why: 'missing' | 'unreadable' | 'whole' | 'outside' | 'count'
  least: number
  most: number
}

/** All that a form can know to be wrong with a scenario. The service checks the rest. */
export function check(fields: readonly Field[], value: Json, at: Path = []): readonly Problem[] {
  const table = isTable(value) ? value : {}
  return fields.flatMap((field) => {
    const path = [...at, field.name]
    const given = table[field.name]
    if (given === undefined || given === '') {
      const missing = field.required && field.shape.kind !== 'fixed'
      return missing ? [problem(path, 'missing')] : []
    }
    return checkShape(field.shape, given, path)
  })
}

function checkShape(shape: Shape, value: Json, path: Path): readonly Problem[] {
  switch (shape.kind) {
    case 'numbers':
      return checkNumbers(shape, value, path)
    case 'flags':
      return typeof value === 'string' ? [problem(path, 'unreadable')] : []
    case 'choice':
      return shape.options.includes(String(value)) ? [] : [problem(path, 'unreadable')]
    case 'texts':
    case 'choices':
      return isList(value) && value.length > 0 ? [] : [problem(path, 'missing')]
    case 'table':
      return isTable(value) ? check(shape.fields, value, path) : [problem(path, 'unreadable')]
    case 'list':
      return isList(value)
        ? [
            ...counted(shape.count, value.length, path),
            ...value.flatMap((item, place) => checkShape(shape.of, item, [...path, place])),
          ]
        : [problem(path, 'unreadable')]
    default:
      return []
  }
}

function checkNumbers(
  shape: Extract<Shape, { kind: 'numbers' }>,
  value: Json,
  path: Path,
): readonly Problem[] {
  if (!shape.ranks.includes(depthOf(value))) return [problem(path, 'unreadable')]
  const found: Problem[] = isList(value) ? [...counted(shape.count, value.length, path)] : []
  const visit = (one: Json, at: Path): void => {
    if (isList(one)) one.forEach((inner, place) => visit(inner, [...at, place]))
    else if (typeof one !== 'number') found.push(problem(at, 'unreadable'))
    else if (shape.whole && !Number.isInteger(one)) found.push(problem(at, 'whole'))
    else if (one < shape.least || one > shape.most)
      found.push(problem(at, 'outside', shape.least, shape.most))
  }
  visit(value, path)
  return found
}

function counted(count: Count, length: number, path: Path): readonly Problem[] {
  return length < count.least || length > count.most
    ? [problem(path, 'count', count.least, count.most)]
    : []
}

function problem(path: Path, why: Problem['why'], least = 0, most = 0): Problem {
  return { place: nameOf(path), why, least, most }
}

import type { AbiParameterToPrimitiveType } from 'viem'
import type { errors } from '../../generated/errors'
import type { Words } from '../words'

export type ErrorName = (typeof errors)[number]['name']
type ErrorOf<Name extends ErrorName> = Extract<(typeof errors)[number], { name: Name }>
/** An error's arguments by their names, as the ABI types them. */
export type Values<Name extends ErrorName> = {
  [Input in ErrorOf<Name>['inputs'][number] as Input['name']]: AbiParameterToPrimitiveType<Input>
}
/** One sentence for every custom error of the contracts; a missing one is an error of the compiler. */
export type Sentences = {
  [Name in ErrorName]: (values: Values<Name>, words: Words) => string
}

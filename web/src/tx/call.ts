import type { Abi, Address, ContractFunctionArgs, ContractFunctionName } from 'viem'

/** A call of a contract that the reader may send. */
export interface Call {
  address: Address
  abi: Abi
  functionName: string
  args: readonly unknown[]
  value?: bigint
}

/** A call whose name and arguments the compiler has checked against its ABI. */
export function callOf<
  const Of extends Abi,
  Name extends ContractFunctionName<Of, 'nonpayable' | 'payable'>,
>(call: {
  address: Address
  abi: Of
  functionName: Name
  args: ContractFunctionArgs<Of, 'nonpayable' | 'payable', Name>
  value?: bigint
}): Call {
  return call as unknown as Call
}

/** Calls that do the same have the same name, however often they were made. */
export function nameOf(call: Call | null): string {
  if (call === null) return ''
  const { address, functionName, args, value } = call
  return JSON.stringify([address, functionName, args, value], (_, one: unknown) =>
    typeof one === 'bigint' ? `${one}n` : one,
  )
}

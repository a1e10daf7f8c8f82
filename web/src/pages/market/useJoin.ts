import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api, type Schemas } from '../../api/client'
import { useSigned } from '../../api/signed'

const PATH = '/api/join'
/** Names that the service takes. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,62}$/u

/** Whether a name may be sent: none, or one that the service takes. */
export function isName(name: string): boolean {
  return name === '' || NAME.test(name)
}

export type Stage = 'idle' | 'wallet' | 'joining'

/** Asks to join: the wallet signs the request, the service does the rest. */
export function useJoin(onAnswer: (answer: Schemas['JoinAnswer']) => void) {
  const signed = useSigned()
  const queries = useQueryClient()
  const [stage, setStage] = useState<Stage>('idle')
  const asked = useMutation({
    mutationFn: async (name: string): Promise<Schemas['JoinAnswer']> => {
      const body = name === '' ? {} : { name }
      setStage('wallet')
      const authorization = await signed.action('POST', PATH, body)
      setStage('joining')
      return answered(api.POST(PATH, { body, params: { header: { authorization } } }))
    },
    onSuccess: onAnswer,
    onSettled: async () => {
      setStage('idle')
      await queries.invalidateQueries()
    },
  })
  return { ready: signed.ready, stage, asked }
}

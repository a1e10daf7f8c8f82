import type { Sentences } from '../shape'

/** OpenZeppelins: Token, Verwaltung, Unterschriften, Rechnen; und die zwei eigenen der Verwaltung. */
export const libraries = {
  AccessManagerAlreadyScheduled: ({ operationId }, w) =>
    `Vorgang ${w.hex(operationId)} ist schon angekündigt.`,
  AccessManagerBadConfirmation: () =>
    'Um eine Rolle abzugeben, nennen Sie das Konto, das sie abgibt: Ihres.',
  AccessManagerExpired: ({ operationId }, w) =>
    `Vorgang ${w.hex(operationId)} wurde vor zu langer Zeit angekündigt: Kündigen Sie ihn neu an.`,
  AccessManagerInvalidInitialAdmin: ({ initialAdmin }, w) =>
    `${w.hex(initialAdmin)} kann nicht die erste Verwaltung sein.`,
  AccessManagerLockedRole: ({ roleId }, w) => `Rolle ${w.number(roleId)} lässt sich nicht ändern.`,
  AccessManagerNotReady: ({ operationId }, w) =>
    `Vorgang ${w.hex(operationId)} wartet noch seine Frist ab: Versuchen Sie es später.`,
  AccessManagerNotScheduled: ({ operationId }, w) =>
    `Vorgang ${w.hex(operationId)} ist nicht angekündigt: Kündigen Sie ihn erst an.`,
  AccessManagerUnauthorizedAccount: ({ msgsender, roleId }, w) =>
    `Konto ${w.hex(msgsender)} hat nicht die Rolle ${w.number(roleId)}, die hier nötig ist.`,
  AccessManagerUnauthorizedCall: ({ caller, target, selector }, w) =>
    `Konto ${w.hex(caller)} darf ${selector} von Vertrag ${w.hex(target)} nicht aufrufen, oder nicht ohne Ankündigung.`,
  AccessManagerUnauthorizedCancel: ({ msgsender, caller, target, selector }, w) =>
    `Konto ${w.hex(msgsender)} darf den Aufruf ${selector} von Vertrag ${w.hex(target)} nicht absagen, den Konto ${w.hex(caller)} angekündigt hat.`,
  AccessManagerUnauthorizedConsume: ({ target }, w) =>
    `Vertrag ${w.hex(target)} verlangt keine angekündigten Vorgänge.`,
  AddressEmptyCode: ({ target }, w) => `Unter ${w.hex(target)} gibt es keinen Vertrag.`,
  CheckpointUnorderedInsertion: () =>
    'Ein Wert sollte für eine frühere Zeit als der letzte aufbewahrt werden.',
  ECDSAInvalidSignature: () => 'Die Unterschrift ist ungültig: Unterschreiben Sie neu.',
  ECDSAInvalidSignatureLength: ({ length }, w) =>
    `Eine Unterschrift hat 65 Bytes, diese hat ${w.number(length)}.`,
  ECDSAInvalidSignatureS: ({ s }, w) =>
    `Die Unterschrift hat nicht die eine Form, die gilt (s ist ${w.hex(s)}): Unterschreiben Sie neu.`,
  ERC1155InvalidApprover: ({ approver }, w) =>
    `Konto ${w.hex(approver)} kann keine Erlaubnis geben.`,
  ERC1155InvalidArrayLength: ({ idsLength, valuesLength }, w) =>
    `Die Listen sind verschieden lang: ${w.number(idsLength)} Arten von Zertifikaten, ${w.number(valuesLength)} Mengen.`,
  ERC1155InvalidOperator: ({ operator }, w) =>
    `Konto ${w.hex(operator)} kann keine Erlaubnis bekommen, Zertifikate zu bewegen.`,
  ERC1155InvalidReceiver: ({ receiver }, w) =>
    `Konto ${w.hex(receiver)} kann keine Zertifikate empfangen.`,
  ERC1155InvalidSender: ({ sender }, w) => `Konto ${w.hex(sender)} kann keine Zertifikate abgeben.`,
  ERC1155MissingApprovalForAll: ({ operator, owner }, w) =>
    `Konto ${w.hex(operator)} darf die Zertifikate von Konto ${w.hex(owner)} nicht bewegen: Der Besitzer muss es erst erlauben.`,
  ERC20InsufficientAllowance: ({ spender, allowance, needed }, w) =>
    `${w.hex(spender)} darf ${w.sum(allowance)} Ihrer Token nehmen, nötig sind ${w.sum(needed)}: Erlauben Sie es erst.`,
  ERC20InsufficientBalance: ({ sender, balance, needed }, w) =>
    `Konto ${w.hex(sender)} hat ${w.sum(balance)} dieses Tokens in der Wallet, nötig sind ${w.sum(needed)}.`,
  ERC20InvalidApprover: ({ approver }, w) =>
    `Konto ${w.hex(approver)} kann nicht erlauben, dass seine Token genommen werden.`,
  ERC20InvalidReceiver: ({ receiver }, w) => `Konto ${w.hex(receiver)} kann keine Token empfangen.`,
  ERC20InvalidSender: ({ sender }, w) => `Konto ${w.hex(sender)} kann keine Token abgeben.`,
  ERC20InvalidSpender: ({ spender }, w) =>
    `Konto ${w.hex(spender)} kann keine Erlaubnis bekommen, Token zu nehmen.`,
  ERC2612ExpiredSignature: ({ deadline }, w) =>
    `Ihre Erlaubnis galt bis ${w.at(deadline)}, das ist vorbei: Unterschreiben Sie eine neue.`,
  ERC2612InvalidSigner: ({ signer, owner }, w) =>
    `Die Erlaubnis für die Token von Konto ${w.hex(owner)} hat ${w.hex(signer)} unterschrieben: Unterschreiben Sie mit dem Konto des Besitzers.`,
  FailedCall: () => 'Der Aufruf eines anderen Vertrags schlug fehl, ohne Grund.',
  InsufficientBalance: ({ balance, needed }, w) =>
    `Der Vertrag hat ${w.coin(balance)}, nötig sind ${w.coin(needed)}.`,
  InvalidAccountNonce: ({ account, currentNonce }, w) =>
    `Diese Unterschrift von Konto ${w.hex(account)} ist verbraucht oder nicht an der Reihe (dran ist Nummer ${w.number(currentNonce)}): Unterschreiben Sie neu.`,
  InvalidDelay: ({ delay, longest }, w) =>
    `Eine Frist von ${w.span(delay)} ist nicht erlaubt: Sie muss länger als keine sein, höchstens ${w.span(longest)}.`,
  InvalidShortString: () => 'Ein kurzer Text ist nicht gespeichert, wie er muss.',
  NotTheMarkets: ({ administrator }, w) =>
    `Diese Verwaltung ist nicht die des Marktes, das ist ${w.hex(administrator)}. Übertragen Sie ihr erst das Amt.`,
  OwnableInvalidOwner: ({ owner }, w) => `${w.hex(owner)} kann nicht die Verwaltung sein.`,
  OwnableUnauthorizedAccount: ({ account }, w) =>
    `Konto ${w.hex(account)} ist nicht die Verwaltung, und nur sie darf das.`,
  SafeCastOverflowedIntDowncast: ({ bits, value }, w) =>
    `Die Zahl ${w.number(value)} ist zu groß oder zu klein: Sie muss mit Vorzeichen in ${bits} Bit passen.`,
  SafeCastOverflowedUintDowncast: ({ bits, value }, w) =>
    `Die Zahl ${w.number(value)} ist zu groß: Sie muss in ${bits} Bit passen.`,
  SafeCastOverflowedUintToInt: ({ value }, w) => `Die Zahl ${w.number(value)} ist hier zu groß.`,
  StringTooLong: ({ str }) => `„${str}“ ist hier zu lang.`,
} satisfies Partial<Sentences>

import type { Sentences } from '../shape'

/** OpenZeppelin's: tokens, governance, signatures, arithmetic; and the governance's own two. */
export const libraries = {
  AccessManagerAlreadyScheduled: ({ operationId }, w) =>
    `Operation ${w.hex(operationId)} is scheduled already.`,
  AccessManagerBadConfirmation: () =>
    'To give up a role, name the account that gives it up: yours.',
  AccessManagerExpired: ({ operationId }, w) =>
    `Operation ${w.hex(operationId)} was scheduled too long ago: schedule it again.`,
  AccessManagerInvalidInitialAdmin: ({ initialAdmin }, w) =>
    `${w.hex(initialAdmin)} cannot be the first administrator.`,
  AccessManagerLockedRole: ({ roleId }, w) => `Role ${w.number(roleId)} cannot be changed.`,
  AccessManagerNotReady: ({ operationId }, w) =>
    `Operation ${w.hex(operationId)} still waits for its delay: try again later.`,
  AccessManagerNotScheduled: ({ operationId }, w) =>
    `Operation ${w.hex(operationId)} is not scheduled: schedule it first.`,
  AccessManagerUnauthorizedAccount: ({ msgsender, roleId }, w) =>
    `Account ${w.hex(msgsender)} does not have role ${w.number(roleId)}, which this needs.`,
  AccessManagerUnauthorizedCall: ({ caller, target, selector }, w) =>
    `Account ${w.hex(caller)} may not call ${selector} of contract ${w.hex(target)}, or not without scheduling it first.`,
  AccessManagerUnauthorizedCancel: ({ msgsender, caller, target, selector }, w) =>
    `Account ${w.hex(msgsender)} may not cancel the call of ${selector} of contract ${w.hex(target)} that account ${w.hex(caller)} scheduled.`,
  AccessManagerUnauthorizedConsume: ({ target }, w) =>
    `Contract ${w.hex(target)} does not ask for scheduled operations.`,
  AddressEmptyCode: ({ target }, w) => `There is no contract at ${w.hex(target)}.`,
  CheckpointUnorderedInsertion: () =>
    'A value was to be kept for an earlier time than the last one.',
  ECDSAInvalidSignature: () => 'The signature is not valid: sign again.',
  ECDSAInvalidSignatureLength: ({ length }, w) =>
    `A signature has 65 bytes; this one has ${w.number(length)}.`,
  ECDSAInvalidSignatureS: ({ s }, w) =>
    `The signature is not in the one form that is accepted (s is ${w.hex(s)}): sign again.`,
  ERC1155InvalidApprover: ({ approver }, w) =>
    `Account ${w.hex(approver)} cannot give a permission.`,
  ERC1155InvalidArrayLength: ({ idsLength, valuesLength }, w) =>
    `The lists differ in length: ${w.number(idsLength)} kinds of certificates, ${w.number(valuesLength)} amounts.`,
  ERC1155InvalidOperator: ({ operator }, w) =>
    `Account ${w.hex(operator)} cannot be permitted to move certificates.`,
  ERC1155InvalidReceiver: ({ receiver }, w) =>
    `Account ${w.hex(receiver)} cannot receive certificates.`,
  ERC1155InvalidSender: ({ sender }, w) => `Account ${w.hex(sender)} cannot send certificates.`,
  ERC1155MissingApprovalForAll: ({ operator, owner }, w) =>
    `Account ${w.hex(operator)} may not move the certificates of account ${w.hex(owner)}: the owner must permit it first.`,
  ERC20InsufficientAllowance: ({ spender, allowance, needed }, w) =>
    `${w.hex(spender)} may take ${w.sum(allowance)} of your tokens, and ${w.sum(needed)} is needed: permit it first.`,
  ERC20InsufficientBalance: ({ sender, balance, needed }, w) =>
    `Account ${w.hex(sender)} holds ${w.sum(balance)} of this token in its wallet, and ${w.sum(needed)} is needed.`,
  ERC20InvalidApprover: ({ approver }, w) =>
    `Account ${w.hex(approver)} cannot permit that its tokens are taken.`,
  ERC20InvalidReceiver: ({ receiver }, w) => `Account ${w.hex(receiver)} cannot receive tokens.`,
  ERC20InvalidSender: ({ sender }, w) => `Account ${w.hex(sender)} cannot send tokens.`,
  ERC20InvalidSpender: ({ spender }, w) =>
    `Account ${w.hex(spender)} cannot be permitted to take tokens.`,
  ERC2612ExpiredSignature: ({ deadline }, w) =>
    `Your permit was good until ${w.at(deadline)}, and that has passed: sign a new one.`,
  ERC2612InvalidSigner: ({ signer, owner }, w) =>
    `The permit for the tokens of account ${w.hex(owner)} is signed by ${w.hex(signer)}: sign with the owner's account.`,
  FailedCall: () => 'A call to another contract failed without saying why.',
  InsufficientBalance: ({ balance, needed }, w) =>
    `The contract holds ${w.coin(balance)}, and ${w.coin(needed)} is needed.`,
  InvalidAccountNonce: ({ account, currentNonce }, w) =>
    `This signature of account ${w.hex(account)} is used up or not in turn (number ${w.number(currentNonce)} is next): sign again.`,
  InvalidDelay: ({ delay, longest }, w) =>
    `A delay of ${w.span(delay)} is not allowed: it must be longer than none, and at most ${w.span(longest)}.`,
  InvalidShortString: () => 'A short text is not stored as it must be.',
  NotTheMarkets: ({ administrator }, w) =>
    `This governance is not the market's administrator: ${w.hex(administrator)} is. Transfer the office to it first.`,
  OwnableInvalidOwner: ({ owner }, w) => `${w.hex(owner)} cannot be the administrator.`,
  OwnableUnauthorizedAccount: ({ account }, w) =>
    `Account ${w.hex(account)} is not the administrator, and only the administrator may do this.`,
  SafeCastOverflowedIntDowncast: ({ bits, value }, w) =>
    `${w.number(value)} is too large or too small a number: it must fit ${bits} bits with its sign.`,
  SafeCastOverflowedUintDowncast: ({ bits, value }, w) =>
    `${w.number(value)} is too large a number: it must fit ${bits} bits.`,
  SafeCastOverflowedUintToInt: ({ value }, w) => `${w.number(value)} is too large a number here.`,
  StringTooLong: ({ str }) => `"${str}" is too long a text here.`,
} satisfies Partial<Sentences>

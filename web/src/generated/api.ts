// Written by web/generate; `npm run generate` writes it again.
export interface paths {
    "/api/admm/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin
         * @description Open a clearing: for the operator.
         */
        post: operations["begin_api_admm_sessions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admm/sessions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * State
         * @description How far it is, and the price when it is settled.
         */
        get: operations["state_api_admm_sessions__name__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admm/sessions/{name}/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join
         * @description Take part: for a member, by a signed action over this body.
         */
        post: operations["join_api_admm_sessions__name__agents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admm/sessions/{name}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer
         * @description Answer the open question, signed by the key that one joined with.
         */
        post: operations["answer_api_admm_sessions__name__answers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admm/sessions/{name}/questions/{attempt}/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Question
         * @description A question, as soon as there is one; 204 if there is none within `wait` seconds.
         */
        get: operations["question_api_admm_sessions__name__questions__attempt___number__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Contests
         * @description The draws for elecoins, the newest round first: tickets, odds, winners with proof.
         */
        get: operations["contests_api_contests_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events
         * @description Server-sent events: `period`, `posting`, `reputation`, resumable by `Last-Event-ID`.
         *
         *     And `block`: the chain's new head, at most twice a second, not kept.
         */
        get: operations["events_api_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find
         * @description Members, periods and rounds: by the beginning of an address, a number, or a name.
         *
         *     Names are searched for the operator, and her own for a member who signs.
         */
        get: operations["find_api_find_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/games": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Games
         * @description The games that POST /api/solve solves.
         */
        get: operations["games_api_games_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/games/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Game
         * @description A game's scenarios as JSON Schema, an example, and what to draw of its solution.
         */
        get: operations["game_api_games__name__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description Whether the service can do its work: 200 if so, else 503 with the same fields.
         */
        get: operations["health_api_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join
         * @description Become a member, by an `Action` signature of an account that is none yet.
         *
         *     On a development chain at once; elsewhere this asks the operator.
         */
        post: operations["join_api_join_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/join/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Join State
         * @description Whether an account is a member, waits, or was refused; anybody may ask.
         */
        get: operations["join_state_api_join__address__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/market": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Market
         * @description The deployment: addresses, clock, who administrates, and what this service offers.
         */
        get: operations["market_api_market_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Members
         * @description Who takes part, without names, readings or bills.
         */
        get: operations["members_api_members_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Member
         * @description Her readings, bill and trades, for her own signature or the operator's token.
         */
        get: operations["member_api_members__address__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{address}/meter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Meter
         * @description What her meter said, period by period.
         */
        get: operations["meter_api_members__address__meter_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{address}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Name
         * @description Rename a member, or erase her name: for the operator, or herself by a signed action.
         */
        post: operations["change_name_api_members__address__name_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{address}/saving": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Saving
         * @description What the market saved her against the grid alone, by local day.
         */
        get: operations["saving_api_members__address__saving_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{address}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Statement
         * @description Her statement of a month, to keep: a page, its lines or its periods as a sheet.
         */
        get: operations["statement_api_members__address__statement_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{address}/statements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Statements
         * @description The months of which she can download a statement.
         */
        get: operations["statements_api_members__address__statements_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operator/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description Nodes, edge servers, store and service, as they answer now.
         */
        get: operations["health_api_operator_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operator/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Members
         * @description Names, rights and deposits of all members.
         */
        get: operations["members_api_operator_members_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Papers
         * @description The papers' figures, computed again by `wattmarket report`.
         */
        get: operations["papers_api_papers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Drawing
         * @description One of them.
         */
        get: operations["drawing_api_papers__name__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/postings/{feed}/{epoch}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Certificate
         * @description A posting with what stands behind it: who posted and signed, the proof and its bound.
         */
        get: operations["certificate_api_postings__feed___epoch__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prices
         * @description Each feed's newest price that contracts read, with its age; what waits; a history.
         *
         *     A price on stakes may be refuted until `challengeable_until`. Until then no contract reads
         *     it, and it is among `challengeable`.
         */
        get: operations["prices_api_prices_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Grid Prices
         * @description What a kWh from the grid costs by tariff, in the newest priced periods; newest first.
         */
        get: operations["grid_prices_api_prices_grid_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reputation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reputation
         * @description Reputations after each settled round, with who led it, and how old they are.
         */
        get: operations["reputation_api_reputation_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests
         * @description Who asked to join, for the operator. Those whom the chain has meanwhile are `joined`.
         */
        get: operations["requests_api_requests_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide
         * @description Approve or refuse a request, for the operator. Who has joined is no longer asked for.
         */
        post: operations["decide_api_requests__address__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rounds
         * @description The periods: prices, volumes, state and leader.
         */
        get: operations["rounds_api_rounds_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rounds/{period}/book": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Period Book
         * @description What was declared for a period: bids by address, supply and demand, the price.
         *
         *     Words are public on the chain; names are not. Once they are frozen, at the deadline, they
         *     stay; until then more may come.
         */
        get: operations["period_book_api_rounds__period__book_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/solve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Solve
         * @description Solve a scenario: `game` and its fields, as `wattmarket solve` takes them.
         *
         *     The answer is what its `--json` prints; `diagnostics.converged` may be false.
         */
        post: operations["solve_api_solve_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description For Prometheus.
         */
        get: operations["metrics_metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rpc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rpc
         * @description JSON-RPC to the chain's node: reading, and transactions that are signed already.
         *
         *     One call, or a batch of at most 50. What is not forwarded is error -32601.
         */
        post: operations["rpc_rpc_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AccountReputation */
        AccountReputation: {
            /** Address */
            address: string;
            /**
             * Rounds
             * @description her age: rounds that settled since she last led
             */
            rounds: number;
            /**
             * Since Round
             * @description the first round that settled for her
             */
            since_round: number;
            /**
             * Value
             * @description after the last round that settled for her
             */
            value: number;
        };
        /**
         * Axis
         * @description What stands on the horizontal axis.
         */
        Axis: {
            /**
             * Field
             * @description null: the place in the list, from 0
             */
            field?: string | null;
            /** Label */
            label: string;
            /**
             * Source
             * @default solution
             * @enum {string}
             */
            source: "solution" | "scenario";
        };
        /**
         * Certificate
         * @description A posting, and what stands behind it.
         */
        Certificate: {
            /** Block */
            block: number;
            /**
             * Bound
             * @description null where nothing was computed
             */
            bound: number | null;
            /**
             * Bound Sentence Key
             * @enum {string}
             */
            bound_sentence_key: "price_within" | "utility_within" | "on_stakes" | "consent";
            /**
             * Bound Unit
             * @description electricity: the equilibrium is at most so far below the price; elecoin: no other price gives the edge servers so much more
             * @enum {string}
             */
            bound_unit: "ELE/kWh" | "currency";
            /** Bound Wei */
            bound_wei: string | null;
            /**
             * Challengeable Until
             * @description chain seconds: posted on stakes, it may be refuted until then, and no contract reads it before; null: it was proved when it was posted
             */
            challengeable_until: number | null;
            /**
             * Commitment
             * @description hash of all declarations in their order
             */
            commitment: string;
            /** Declarations */
            declarations: number;
            /**
             * Demanded
             * @description a part of its proof is demanded and not yet shown: no contract reads it
             */
            demanded: boolean;
            /** Digest */
            digest: string;
            /**
             * Epoch
             * @description electricity: the period
             */
            epoch: number;
            /**
             * Feed
             * @enum {string}
             */
            feed: "electricity" | "elecoin";
            /** Gas Used */
            gas_used: number;
            /**
             * Input Block
             * @description the declarations up to this block were priced
             */
            input_block: number;
            /** Leader */
            leader: string | null;
            /**
             * Order
             * @description signers in the order in which they may post
             */
            order: string[];
            /** Posted At */
            posted_at: number;
            /** Poster */
            poster: string;
            /**
             * Price
             * @description ELE per kWh, or currency per ELE
             */
            price: number;
            /** Price Wei */
            price_wei: string;
            /** Quorum */
            quorum: number;
            /** Signatures */
            signatures: number;
            /** Signers */
            signers: string[];
            /**
             * Tier
             * @description inline: the chain checked all declarations; constant: their totals; optimistic: a claim on stakes that anybody may refute; consent: those bound by it signed
             * @enum {string}
             */
            tier: "inline" | "constant" | "optimistic" | "consent";
            /** Transaction */
            transaction: string;
            /**
             * Turn
             * @description index of who posted; null if it was none of them
             */
            turn: number | null;
            /**
             * Valid From
             * @description chain seconds; it holds in [valid_from, valid_until)
             */
            valid_from: number;
            /** Valid Until */
            valid_until: number;
            /**
             * Value
             * @description the contract's word, decimal
             */
            value: string;
            /**
             * Voided
             * @description a challenge held: nobody reads this price
             */
            voided: boolean;
        };
        /**
         * Contest
         * @description A zone's draw of a round.
         */
        Contest: {
            /**
             * Least
             * @description Wh that a zone must exceed
             */
            least: number;
            /**
             * Odds
             * @description share of the tickets, by account
             */
            odds: {
                [key: string]: number;
            };
            /**
             * Prize
             * @description ELE; null while entries are open
             */
            prize: number | null;
            /** Prize Wei */
            prize_wei: string | null;
            proof: components["schemas"]["DrawProof"] | null;
            /** Round */
            round: number;
            /** Seed */
            seed: string | null;
            /**
             * State
             * @description empty: no draw in any zone; below_minimum: too little energy in this one; rolled_over: a secret was withheld
             * @enum {string}
             */
            state: "open" | "revealing" | "drawn" | "paid" | "empty" | "rolled_over" | "below_minimum";
            /**
             * Tickets
             * @description Wh of the round by account, one ticket each; she enters when it is over
             */
            tickets: {
                [key: string]: number;
            };
            /** Total */
            total: number;
            /** Transactions */
            transactions: string[];
            /** Winner */
            winner: string | null;
            /** Zone */
            zone: string;
        };
        /**
         * Correction
         * @description By how much a closed period was read wrongly; its lines are on the bill that books it.
         */
        Correction: {
            /** Bill */
            bill: components["schemas"]["Line"][];
            /**
             * Booked At
             * @description metered UTC seconds
             */
            booked_at: number;
            /** Consumed Wh */
            consumed_wh: number;
            /** Exported Wh */
            exported_wh: number;
            /** Generated Wh */
            generated_wh: number;
            /**
             * Imported Wh
             * @description more imported from the grid
             */
            imported_wh: number;
            /** Period */
            period: number;
            /**
             * Reason
             * @description 1 replaced value, 2 clock, 3 meter fault, others free
             */
            reason: number;
        };
        /**
         * DrawProof
         * @description Why this entry won: the seed names a number, and the entry's tickets hold it.
         */
        DrawProof: {
            /**
             * Block Hash
             * @description of the block after the closing, which is in the seed
             */
            block_hash: string;
            /**
             * First
             * @description the entry's tickets are the numbers from first to last
             */
            first: number;
            /**
             * Index
             * @description of the entry
             */
            index: number;
            /** Last */
            last: number;
            /**
             * Number
             * @description keccak(seed, zone) mod total; zone by its number
             */
            number: number;
            /** Zone Number */
            zone_number: number;
        };
        /** EdgeServer */
        EdgeServer: {
            /** @description the newest that it signed */
            last_posting: components["schemas"]["LastPosting"] | null;
            /** Name */
            name: string | null;
            /** Operator */
            operator: string;
            /**
             * Rank
             * @description its turn in the present round; 0 leads
             */
            rank: number | null;
            /**
             * Reachable
             * @description null: this service is not told where it answers
             */
            reachable: boolean | null;
            /** Signer */
            signer: string;
            /**
             * Status
             * @description ready, or what its own probe finds wrong
             */
            status: string | null;
        };
        /**
         * Example
         * @description A scenario that is solved within a second or so.
         */
        Example: {
            /**
             * Scenario
             * @description what POST /api/solve takes
             */
            scenario: {
                [key: string]: unknown;
            };
            /** Title */
            title: string;
        };
        /**
         * Figure
         * @description One figure of ours, and what of the papers it is beside.
         */
        Figure: {
            /** Caption */
            caption: string;
            /** Figure */
            figure: string;
            /**
             * Image
             * @description its path at this service; SVG
             */
            image: string;
            /**
             * Note
             * @description by published item: what became of it here
             */
            note: string;
            /** Paper */
            paper: string;
            /**
             * Scenario
             * @description what POST /api/solve takes; null where a figure is of many
             */
            scenario: {
                [key: string]: unknown;
            } | null;
            /**
             * Source
             * @description whose, and where it stands there
             */
            source: string;
            /** Title */
            title: string;
            /**
             * Words
             * @description what it shows, for those who do not see it
             */
            words: string;
        };
        /** Found */
        Found: {
            /** Items */
            items: (components["schemas"]["FoundMember"] | components["schemas"]["FoundNumber"])[];
        };
        /** FoundMember */
        FoundMember: {
            /** Address */
            address: string;
            /**
             * Kind
             * @constant
             */
            kind: "member";
            /**
             * Label
             * @description her name for who may know it, else her address
             */
            label: string;
        };
        /** FoundNumber */
        FoundNumber: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "period" | "round";
            /** Label */
            label: string;
            /** Number */
            number: number;
        };
        /** GamePage */
        GamePage: {
            /**
             * Docs
             * @description the page about it, in the source tree
             */
            docs: string;
            /** Examples */
            examples: components["schemas"]["Example"][];
            /**
             * Name
             * @description as a scenario's `game`
             */
            name: string;
            /** Plots */
            plots: components["schemas"]["Plot"][];
            /**
             * Schema
             * @description JSON Schema of its scenarios
             */
            schema: {
                [key: string]: unknown;
            };
            /** Summary */
            summary: string;
            /** Title */
            title: string;
        };
        /** GameSummary */
        GameSummary: {
            /**
             * Docs
             * @description the page about it, in the source tree
             */
            docs: string;
            /**
             * Name
             * @description as a scenario's `game`
             */
            name: string;
            /** Summary */
            summary: string;
            /** Title */
            title: string;
        };
        /**
         * GridPeriod
         * @description What the grid charges in a period.
         */
        GridPeriod: {
            /** Period */
            period: number;
            /**
             * Tariffs
             * @description currency per kWh by tariff: energy, network, levy and VAT, no standing charge
             */
            tariffs: {
                [key: string]: number;
            };
        };
        /** Health */
        Health: {
            /** Block */
            block: number | null;
            /**
             * Block Time
             * @description chain seconds
             */
            block_time: number | null;
            /** Chain Id */
            chain_id: number | null;
            /** Genesis Hash */
            genesis_hash: string | null;
            /**
             * Instance Id
             * @description random, new for each deployment
             */
            instance_id: string | null;
            /**
             * Ok
             * @description the store holds a deployment and the chain can be read
             */
            ok: boolean;
            /** Version */
            version: string;
        };
        /** JoinAnswer */
        JoinAnswer: {
            /** Account */
            account: string;
            /** Meter */
            meter: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "none" | "requested" | "refused" | "joined";
            /**
             * Transactions
             * @description hashes, of what made her a member just now
             */
            transactions: string[];
        };
        /** JoinState */
        JoinState: {
            /** Account */
            account: string;
            /**
             * State
             * @enum {string}
             */
            state: "none" | "requested" | "refused" | "joined";
        };
        /** LastPosting */
        LastPosting: {
            /** Epoch */
            epoch: number;
            /**
             * Feed
             * @enum {string}
             */
            feed: "electricity" | "elecoin";
            /** Posted At */
            posted_at: number;
        };
        /** Line */
        Line: {
            /**
             * Amount
             * @description decimal, exact; what the member pays, negative: receives
             */
            amount: string;
            /** Name */
            name: string;
            /**
             * Unit
             * @description ELE, or the community's currency
             */
            unit: string;
        };
        /**
         * MarketFacts
         * @description One deployment. What is not known is null.
         */
        MarketFacts: {
            /**
             * Administrator
             * @description who holds the office now; where the chain cannot be read: at deployment
             */
            administrator: string | null;
            /**
             * Agent
             * @description to whom members give standing orders
             */
            agent: string | null;
            /** Chain Id */
            chain_id: number;
            /**
             * Chain Name
             * @description what a wallet may call the chain
             */
            chain_name: string;
            /** Community */
            community: string | null;
            /**
             * Contracts
             * @description addresses by contract
             */
            contracts: {
                [key: string]: string;
            };
            /** Currency */
            currency: string | null;
            /**
             * Deploy Block
             * @description no event of the market is older
             */
            deploy_block: number | null;
            /**
             * Depth
             * @description blocks after which edge servers take a block for good
             */
            depth: number | null;
            /**
             * Development
             * @description a chain of our own, whose ether is worth nothing
             */
            development: boolean;
            /** Genesis Hash */
            genesis_hash: string;
            /**
             * Instance Id
             * @description random, new for each deployment
             */
            instance_id: string;
            /**
             * Join
             * @description request: the operator decides
             * @enum {string}
             */
            join: "open" | "request" | "closed";
            /**
             * Live
             * @description periods go on by themselves
             */
            live: boolean | null;
            /**
             * Redemption Wei
             * @description currency per ELE, at any time
             */
            redemption_wei: string | null;
            /**
             * Rpc
             * @description POST /rpc reaches the chain
             */
            rpc: boolean;
            /**
             * Schedule
             * @description seconds, and counts of periods
             */
            schedule: {
                [key: string]: number;
            };
            /**
             * Seconds Per Period Wall
             * @description how long one takes here
             */
            seconds_per_period_wall: number | null;
            /** Timezone */
            timezone: string | null;
            /**
             * Zones
             * @description names by the chain's numbers; the numbers of the members' zones without any
             */
            zones: string[];
        };
        /** Member */
        Member: {
            /** Address */
            address: string;
            /**
             * Reputation
             * @description after the last settled round
             */
            reputation: number | null;
            /** Role */
            role: string;
            /** Zone */
            zone: string;
        };
        /** MemberPeriod */
        MemberPeriod: {
            /** Bill */
            bill: components["schemas"]["Line"][];
            /** Bought Wh */
            bought_wh: number;
            /** Consumed Wh */
            consumed_wh: number;
            /** Declared Wh */
            declared_wh: number | null;
            /** Exported Wh */
            exported_wh: number;
            /** Generated Wh */
            generated_wh: number;
            /** Imported Wh */
            imported_wh: number;
            /** Period */
            period: number;
            /** Sold Wh */
            sold_wh: number;
        };
        /** Members */
        Members: {
            /** Items */
            items: components["schemas"]["Member"][];
            /**
             * Next
             * @description pass it as `after` for the next page; null at the end
             */
            next: string | null;
        };
        /** Meter */
        Meter: {
            /** Items */
            items: components["schemas"]["MeterPeriod"][];
            /**
             * Next
             * @description pass it as `after` for the next page; null at the end
             */
            next: number | null;
        };
        /**
         * MeterPeriod
         * @description One period of her meter. What is not known is null.
         */
        MeterPeriod: {
            /** Consumed Wh */
            consumed_wh: number | null;
            /** Consumption Wh */
            consumption_wh: number | null;
            /**
             * Generated Wh
             * @description in the period, corrections included
             */
            generated_wh: number | null;
            /**
             * Generation Wh
             * @description the register at the period's end, as it was read
             */
            generation_wh: number | null;
            /** Period */
            period: number;
            /**
             * Quality
             * @description missing: closed without a reading
             * @enum {string}
             */
            quality: "measured" | "estimated" | "corrected" | "missing";
            /**
             * Starts At
             * @description chain seconds
             */
            starts_at: number;
        };
        /** Named */
        Named: {
            /** Address */
            address: string;
            /** Name */
            name: string | null;
        };
        /** Node */
        Node: {
            /** Chain Time */
            chain_time: number | null;
            /** Head */
            head: number | null;
            /**
             * Lag
             * @description blocks behind the highest of these nodes
             */
            lag: number | null;
            /** Peers */
            peers: number | null;
            /** Reachable */
            reachable: boolean;
            /**
             * Url
             * @description scheme, host and port
             */
            url: string;
        };
        /** OperatorsHealth */
        OperatorsHealth: {
            /** Nodes */
            nodes: components["schemas"]["Node"][];
            /**
             * Servers
             * @description null where the chain cannot be read
             */
            servers: components["schemas"]["EdgeServer"][] | null;
            service: components["schemas"]["ServiceHealth"];
            store: components["schemas"]["StoreHealth"];
        };
        /**
         * OperatorsMember
         * @description What the chain says is null where it cannot be read; what the store says where it lacks.
         */
        OperatorsMember: {
            /** Account */
            account: string;
            /**
             * Deposit
             * @description ELE
             */
            deposit: number | null;
            /** Deposit Wei */
            deposit_wei: string | null;
            /**
             * Generation
             * @description may sell
             */
            generation: boolean | null;
            /** Meter */
            meter: string | null;
            /** Name */
            name: string | null;
            /** Rated Watts */
            rated_watts: number | null;
            /** Reputation */
            reputation: number | null;
            /** Role */
            role: string | null;
            /**
             * Trading
             * @description may buy
             */
            trading: boolean | null;
            /** Zone */
            zone: string | null;
        };
        /** OperatorsMembers */
        OperatorsMembers: {
            /** Chain Readable */
            chain_readable: boolean;
            /**
             * Items
             * @description in order of registration; from the store where the chain cannot be read
             */
            items: components["schemas"]["OperatorsMember"][];
            /**
             * Next
             * @description pass it as `after` for the next page; null at the end
             */
            next: number | null;
        };
        /**
         * OwnData
         * @description A member's own data: never sent without her signature or the operator's token.
         */
        OwnData: {
            /** Address */
            address: string;
            /**
             * Corrections
             * @description all of hers, not in the totals
             */
            corrections: components["schemas"]["Correction"][];
            /**
             * More Trades
             * @description there are more of them: ask for fewer periods
             */
            more_trades: boolean;
            /** Name */
            name: string | null;
            /** Next */
            next: number | null;
            /** Periods */
            periods: components["schemas"]["MemberPeriod"][];
            /** Reputation */
            reputation: number | null;
            /** Role */
            role: string;
            /**
             * Totals
             * @description the bill of the periods listed here, by line
             */
            totals: components["schemas"]["Line"][];
            /**
             * Trades
             * @description hers, in the periods listed here, oldest first
             */
            trades: components["schemas"]["Trade"][];
            /** Zone */
            zone: string;
        };
        /** Period */
        Period: {
            /** Digest */
            digest: string | null;
            /**
             * Elecoin Carried
             * @description no report for this epoch: an earlier price stands
             */
            elecoin_carried: boolean;
            /** Elecoin Epoch */
            elecoin_epoch: number;
            /**
             * Elecoin Price
             * @description currency per ELE
             */
            elecoin_price: number | null;
            /** Elecoin Price Wei */
            elecoin_price_wei: string | null;
            /** Ends At */
            ends_at: number;
            /** Energy Traded Wh */
            energy_traded_wh: number;
            /** Leader */
            leader: string | null;
            /** Matching Probability */
            matching_probability: number | null;
            /** Period */
            period: number;
            /**
             * Price
             * @description ELE per kWh; null where unpriced
             */
            price: number | null;
            /**
             * Price Wei
             * @description the same, exact, 1e-18 ELE per kWh
             */
            price_wei: string | null;
            /**
             * Round
             * @description of reputation and leadership
             */
            round: number;
            /** Served Fraction */
            served_fraction: number | null;
            /**
             * Starts At
             * @description chain seconds; the period is [starts_at, ends_at)
             */
            starts_at: number;
            /**
             * State
             * @enum {string}
             */
            state: "declared" | "priced" | "unpriced" | "metered" | "trading" | "rating" | "closed";
        };
        /**
         * PeriodBook
         * @description What was declared for a period, and where supply and demand meet.
         */
        PeriodBook: {
            /**
             * Bids
             * @description in the order of the chain
             */
            bids: components["schemas"]["PublicBid"][];
            /**
             * Cleared Kwh
             * @description demand at the price, which is all served
             */
            cleared_kwh: number | null;
            /**
             * Demand
             * @description [kWh, ELE/kWh]: a line between any two, from the highest price to the floor
             */
            demand: [
                number,
                number
            ][];
            /**
             * Floor
             * @description ELE per kWh: no price is below it
             */
            floor: number;
            /** Matching Probability */
            matching_probability: number | null;
            /** Period */
            period: number;
            /**
             * Price
             * @description ELE per kWh; null where none is posted, or may still be refuted
             */
            price: number | null;
            /** Price Wei */
            price_wei: string | null;
            /** Served Fraction */
            served_fraction: number | null;
            /**
             * Supply
             * @description [kWh, ELE/kWh]: both ends of each step
             */
            supply: [
                number,
                number
            ][];
        };
        /** Periods */
        Periods: {
            /** Items */
            items: components["schemas"]["Period"][];
            /**
             * Next
             * @description pass it as `after` for the next page; null at the end
             */
            next: number | null;
        };
        /** Plot */
        Plot: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "line" | "bar";
            /** Series */
            series: components["schemas"]["Series"][];
            /** Title */
            title: string;
            x: components["schemas"]["Axis"];
            /**
             * Y
             * @description what the values are
             */
            y: string;
        };
        /** Posting */
        Posting: {
            /** Block */
            block: number;
            /**
             * Challengeable Until
             * @description chain seconds: posted on stakes, it may be refuted until then, and no contract reads it before; null: it was proved when it was posted
             */
            challengeable_until: number | null;
            /**
             * Demanded
             * @description a part of its proof is demanded and not yet shown: no contract reads it
             */
            demanded: boolean;
            /** Digest */
            digest: string;
            /**
             * Epoch
             * @description electricity: the period
             */
            epoch: number;
            /**
             * Feed
             * @enum {string}
             */
            feed: "electricity" | "elecoin";
            /** Leader */
            leader: string | null;
            /** Posted At */
            posted_at: number;
            /**
             * Price
             * @description ELE per kWh, or currency per ELE
             */
            price: number;
            /** Price Wei */
            price_wei: string;
            /** Signers */
            signers: string[];
            /** Transaction */
            transaction: string;
            /**
             * Valid From
             * @description chain seconds; it holds in [valid_from, valid_until)
             */
            valid_from: number;
            /** Valid Until */
            valid_until: number;
            /**
             * Value
             * @description the contract's word, decimal
             */
            value: string;
        };
        /** Postings */
        Postings: {
            /**
             * Feed
             * @enum {string}
             */
            feed: "electricity" | "elecoin";
            /** Items */
            items: components["schemas"]["Posting"][];
            /** Next */
            next: number | null;
        };
        /**
         * Price
         * @description A posting against chain time.
         */
        Price: {
            /**
             * Age Seconds
             * @description chain time since it was posted
             */
            age_seconds: number | null;
            /** Block */
            block: number;
            /**
             * Challengeable Until
             * @description chain seconds: posted on stakes, it may be refuted until then, and no contract reads it before; null: it was proved when it was posted
             */
            challengeable_until: number | null;
            /**
             * Demanded
             * @description a part of its proof is demanded and not yet shown: no contract reads it
             */
            demanded: boolean;
            /** Digest */
            digest: string;
            /**
             * Epoch
             * @description electricity: the period
             */
            epoch: number;
            /**
             * Feed
             * @enum {string}
             */
            feed: "electricity" | "elecoin";
            /** Leader */
            leader: string | null;
            /** Posted At */
            posted_at: number;
            /**
             * Price
             * @description ELE per kWh, or currency per ELE
             */
            price: number;
            /** Price Wei */
            price_wei: string;
            /** Signers */
            signers: string[];
            /**
             * State
             * @description challengeable: it may still be refuted, so nobody should act on it; unknown: the chain cannot be read
             * @enum {string}
             */
            state: "upcoming" | "current" | "stale" | "challengeable" | "unknown";
            /** Transaction */
            transaction: string;
            /**
             * Valid From
             * @description chain seconds; it holds in [valid_from, valid_until)
             */
            valid_from: number;
            /** Valid Until */
            valid_until: number;
            /**
             * Value
             * @description the contract's word, decimal
             */
            value: string;
        };
        /** Prices */
        Prices: {
            /** Chain Time */
            chain_time: number | null;
            /**
             * Challengeable
             * @description newer postings of both feeds, on stakes, which may still be refuted: no contract reads them yet
             */
            challengeable: components["schemas"]["Price"][];
            elecoin: components["schemas"]["Price"] | null;
            /** @description the newest posting that a contract reads at this chain time */
            electricity: components["schemas"]["Price"] | null;
            history: components["schemas"]["Postings"];
        };
        /**
         * Problem
         * @description Every answer other than 2xx.
         */
        Problem: {
            /**
             * Error
             * @description one line
             */
            error: string;
            /**
             * Field
             * @description the input that is wrong
             */
            field?: string | null;
            /**
             * Message
             * @description the error without its field
             */
            message?: string | null;
        };
        /**
         * PublicBid
         * @description One declared word. On chain, too, it stands with the address and without a name.
         */
        PublicBid: {
            /** Account */
            account: string;
            /** Energy Wh */
            energy_wh: number;
            /**
             * Limit
             * @description ELE per kWh: what a kWh is worth to a buyer before fees, or the least that a seller takes; null where her energy may not be sold
             */
            limit: number | null;
            /** Limit Wei */
            limit_wei: string | null;
            /**
             * Serves Wh
             * @description what the price gives her of it; what was metered and traded is another matter
             */
            serves_wh: number | null;
            /**
             * Side
             * @enum {string}
             */
            side: "buy" | "sell";
        };
        /**
         * ReputationHistory
         * @description How reputations went, and how old they are.
         */
        ReputationHistory: {
            /**
             * Accounts
             * @description highest first, by all rounds
             */
            accounts: components["schemas"]["AccountReputation"][];
            /**
             * Rounds
             * @description oldest first
             */
            rounds: components["schemas"]["RoundReputation"][];
        };
        /** RoundReputation */
        RoundReputation: {
            /** Leader */
            leader: string | null;
            /** Round */
            round: number;
            /**
             * Values
             * @description by account, after the round settled
             */
            values: {
                [key: string]: number;
            };
        };
        /**
         * Saving
         * @description What the market saved her against the grid alone; the days add up to the totals.
         */
        Saving: {
            /** By Day */
            by_day: components["schemas"]["SavingOfDay"][];
            /** Currency */
            currency: string;
            /**
             * Grid Alone
             * @description what the same energy costs without the market
             */
            grid_alone: number;
            /**
             * Paid
             * @description the money that left her: the supplier's lines and elecoins bought, less what redemption paid and what those that she holds would redeem for; negative: she received it
             */
            paid: number;
            /** Saving */
            saving: number;
            /**
             * Since
             * @description the first local day; null where nothing is closed
             */
            since: string | null;
            /**
             * Until
             * @description the last one
             */
            until: string | null;
        };
        /** SavingOfDay */
        SavingOfDay: {
            /**
             * Day
             * Format: date
             * @description local
             */
            day: string;
            /** Grid Alone */
            grid_alone: number;
            /** Paid */
            paid: number;
            /** Saving */
            saving: number;
        };
        /**
         * Series
         * @description One or several curves. `field` is a path in the solution; `*` stands for every key.
         */
        Series: {
            /**
             * Each
             * @description value: the field is one curve; row: a list of curves; column: a list of points with a value for each curve; key: a curve for every key at `*`. null: no value
             * @default value
             * @enum {string}
             */
            each: "value" | "row" | "column" | "key";
            /** Field */
            field: string;
            /**
             * Label
             * @description `#` stands for the curve's number or key
             */
            label: string;
        };
        /** ServiceHealth */
        ServiceHealth: {
            /**
             * Since
             * @description UTC seconds
             */
            since: number;
            /** Version */
            version: string;
        };
        /**
         * Statements
         * @description What statements there are to download.
         */
        Statements: {
            /** Formats */
            formats: ("html" | "csv" | "periods")[];
            /** Languages */
            languages: ("en" | "de")[];
            /**
             * Months
             * @description YYYY-MM, local
             */
            months: string[];
        };
        /** StoreHealth */
        StoreHealth: {
            /**
             * Revision
             * @description of the tables
             */
            revision: string | null;
            /**
             * Size
             * @description bytes
             */
            size: number;
        };
        /** Trade */
        Trade: {
            /** Buyer */
            buyer: string;
            /** Cost Wei */
            cost_wei: string;
            /** Energy Wh */
            energy_wh: number;
            /** Levy Wei */
            levy_wei: string;
            /** Network Wei */
            network_wei: string;
            /** Period */
            period: number;
            /** Price Wei */
            price_wei: string;
            /** Seller */
            seller: string;
            /** Transaction */
            transaction: string;
        };
        /** WaitingRequest */
        WaitingRequest: {
            /** Account */
            account: string;
            /**
             * Asked At
             * @description UTC seconds of the service's clock
             */
            asked_at: number;
            /** Name */
            name: string | null;
            /**
             * Name Hash
             * @description salted; what `empower` takes
             */
            name_hash: string;
            /**
             * State
             * @description approved: not yet on the chain
             * @enum {string}
             */
            state: "requested" | "approved" | "refused" | "joined";
        };
        /** WaitingRequests */
        WaitingRequests: {
            /**
             * Items
             * @description the open ones first, the oldest first
             */
            items: components["schemas"]["WaitingRequest"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    begin_api_admm_sessions_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Agents
                     * @description begins when so many have joined
                     */
                    agents: number;
                    /**
                     * Answer Seconds
                     * @default 10
                     */
                    answer_seconds?: number;
                    /**
                     * Join Seconds
                     * @default 60
                     */
                    join_seconds?: number;
                    /**
                     * Least
                     * @description on each side, or it does not begin
                     * @default 3
                     */
                    least?: number;
                    /** Price Bounds */
                    price_bounds: number[];
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    state_api_admm_sessions__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the session */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    join_api_admm_sessions__name__agents_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description the session */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Key */
                    key: string;
                    /**
                     * Side
                     * @enum {string}
                     */
                    side: "buy" | "sell";
                };
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answer_api_admm_sessions__name__answers_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the session */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Account */
                    account: string;
                    /** Attempt */
                    attempt: number;
                    /** Number */
                    number: number;
                    /** Seen */
                    seen: string;
                    /**
                     * Signature
                     * @default 0x0000000000000000
                     */
                    signature?: string;
                    /** Values */
                    values: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    question_api_admm_sessions__name__questions__attempt___number__get: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: never;
            path: {
                /** @description the session */
                name: string;
                attempt: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    contests_api_contests_get: {
        parameters: {
            query?: {
                /** @description the newest so many rounds */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contest"][];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_api_events_get: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/event-stream": unknown;
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_api_find_get: {
        parameters: {
            query: {
                q: string;
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Found"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    games_api_games_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GameSummary"][];
                };
            };
        };
    };
    game_api_games__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GamePage"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_api_health_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    join_api_join_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Name */
                    name?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    join_state_api_join__address__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinState"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    market_api_market_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MarketFacts"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    members_api_members_get: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Members"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    member_api_members__address__get: {
        parameters: {
            query?: {
                /** @description only beyond this number */
                after?: number | null;
                limit?: number;
                /** @description which come first */
                order?: "oldest" | "newest";
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnData"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    meter_api_members__address__meter_get: {
        parameters: {
            query?: {
                /** @description only beyond this number */
                after?: number | null;
                limit?: number;
                /** @description which come first */
                order?: "oldest" | "newest";
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Meter"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_name_api_members__address__name_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Name */
                    name: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Named"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saving_api_members__address__saving_get: {
        parameters: {
            query?: {
                /** @description at most so many local days, the newest */
                days?: number;
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saving"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    statement_api_members__address__statement_get: {
        parameters: {
            query: {
                /** @description YYYY-MM */
                month: string;
                format?: "html" | "csv" | "periods";
                language?: "en" | "de";
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                    "text/html": unknown;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    statements_api_members__address__statements_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statements"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_api_operator_health_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorsHealth"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    members_api_operator_members_get: {
        parameters: {
            query?: {
                /** @description so many were seen */
                after?: number;
                limit?: number;
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorsMembers"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    papers_api_papers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Figure"][];
                };
            };
        };
    };
    drawing_api_papers__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificate_api_postings__feed___epoch__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feed: "electricity" | "elecoin";
                epoch: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prices_api_prices_get: {
        parameters: {
            query?: {
                /** @description of the history */
                feed?: "electricity" | "elecoin";
                /** @description only beyond this number */
                after?: number | null;
                limit?: number;
                /** @description which come first */
                order?: "oldest" | "newest";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prices"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grid_prices_api_prices_grid_get: {
        parameters: {
            query?: {
                /** @description the newest so many periods */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GridPeriod"][];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reputation_api_reputation_get: {
        parameters: {
            query?: {
                /** @description only hers */
                account?: string | null;
                /** @description the newest so many rounds */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReputationHistory"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requests_api_requests_get: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingRequests"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decide_api_requests__address__post: {
        parameters: {
            query?: never;
            header?: {
                /** @description see docs/service.md, Who may ask */
                authorization?: string | null;
            };
            path: {
                /** @description 0x, 40 hex digits */
                address: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Decision
                     * @enum {string}
                     */
                    decision: "approve" | "refuse";
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingRequest"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rounds_api_rounds_get: {
        parameters: {
            query?: {
                /** @description only beyond this number */
                after?: number | null;
                limit?: number;
                /** @description which come first */
                order?: "oldest" | "newest";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Periods"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    period_book_api_rounds__period__book_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                period: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeriodBook"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    solve_api_solve_post: {
        parameters: {
            query?: {
                seed?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics_metrics_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/plain": unknown;
                };
            };
        };
    };
    rpc_rpc_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | unknown[];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

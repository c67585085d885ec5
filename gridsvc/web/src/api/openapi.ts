/** Made from the OpenAPI document of the API by scripts/wire; change the schemas there. */

export interface components {
    schemas: {
        /** @description A step on an incident. */
        ActionIn: {
            /** Format: uuid */
            action_id: string;
            condition?: string | null;
            level?: string | null;
            /** @default  */
            note?: string;
            persons?: number | null;
            /** @default [] */
            photos?: components["schemas"]["PhotoIn"][];
            post_id?: number | null;
            reason?: string | null;
            step: components["schemas"]["Step"];
            until?: string | null;
            version: number;
        };
        /** @description Who did it; the name is gone once it has been erased. */
        ActorOut: {
            name: string | null;
        };
        /** @description Something a text may mean. */
        AddressOut: {
            address_code: string | null;
            divisions: components["schemas"]["NamedOut"][];
            grid: components["schemas"]["GridRefOut"] | null;
            lat: number | null;
            level: string;
            lon: number | null;
            score: number;
            text: string;
        };
        /** @description The neighbours of one grid. */
        AdjacenciesOut: {
            items: components["schemas"]["AdjacencyOut"][];
        };
        /** @description Two grids that touch, the lower id first. */
        AdjacencyOut: {
            a: number;
            b: number;
            crosses_city: boolean;
            kind: string;
            shared_m: number;
        };
        /**
         * @description Whether what a camera wrote agrees with what was told.
         * @enum {string}
         */
        Agreement: "agrees" | "apart" | "unknown";
        /** @description Counters and queues within the asker's scope. */
        BoardOut: {
            counters: components["schemas"]["CountersOut"];
            /** Format: date-time */
            now: string;
            queues: components["schemas"]["QueueCountOut"][];
        };
        /** @description Another grid that could be meant. */
        CandidateGridOut: {
            code: string;
            grid_id: number;
            share: number | null;
        };
        /** @description A post that could be given the incident, or why it could not. */
        CandidateOut: {
            code: string;
            duty: string;
            officer_name: string | null;
            on_shift: boolean;
            open_task_minutes: number;
            passed_over: string | null;
            post_id: number;
            rung: string | null;
        };
        /** @description Posts in the order the engine would ask them, then those passed over. */
        CandidatesOut: {
            items: components["schemas"]["CandidateOut"][];
        };
        /** @description How fast the demo's clock runs from now on. */
        ClockIn: {
            rate: number;
            /** @default 0 */
            skip_s?: number;
        };
        /** @description Business time now, and how many of its seconds pass in one. */
        ClockOut: {
            /** Format: date-time */
            now: string;
            rate: number;
        };
        /** @description A filing condition with its limit and what proves it met. */
        ConditionOut: {
            closing_condition: string;
            closing_condition_en: string;
            code: string;
            level: string;
            limit: components["schemas"]["LimitOut"];
            name: string;
            /** @default  */
            name_en?: string;
            severity: string;
        };
        /** @description How whoever sent a report may be reached. */
        ContactOut: {
            contact: string;
            /** Format: date-time */
            received_at: string;
            /** Format: uuid */
            report_id: string;
        };
        /** @description What the contacts are opened for; it is kept with who opened them, for two years. */
        ContactsIn: {
            reason: string;
        };
        /** @description The contacts of an incident's reporters, the first report first. */
        ContactsOut: {
            items: components["schemas"]["ContactOut"][];
        };
        /** @description The wall's counters. */
        CountersOut: {
            handling: number;
            late: number;
            reported_today: number;
            solved_today: number;
            to_dispatch: number;
        };
        /** @description One answer of the engine, as it was made. */
        DecisionOut: {
            answer: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            decision_id: string;
            generation: number;
            /** Format: date-time */
            made_at: string;
            rules_version: number;
        };
        /** @description The demo's clock. */
        DemoClockOut: {
            /** Format: date-time */
            now: string;
            rate: number;
        };
        /** @description A department by code, with its name. */
        DepartmentRef: {
            code: string;
            name: string;
        };
        /** @description An incident that the rules would have answered otherwise. */
        DifferenceOut: {
            after: components["schemas"]["OutcomeOut"];
            before: components["schemas"]["OutcomeOut"];
            changed: string[];
            /** Format: uuid */
            incident_id: string;
            /** Format: date-time */
            made_at: string;
            number: string;
        };
        /** @description A division with where its land lies. */
        DivisionOut: {
            bbox: [
                number,
                number,
                number,
                number
            ] | null;
            code: string;
            households: number | null;
            level: string;
            name: string;
            /** @default  */
            name_en?: string;
            parent_code: string | null;
            point: [
                number,
                number
            ] | null;
            population: number | null;
        };
        /** @description A division by code, with its name and level. */
        DivisionRef: {
            code: string;
            level: string;
            name: string;
        };
        /** @description A list of divisions, home city first, then by code. */
        DivisionsOut: {
            items: components["schemas"]["DivisionOut"][];
        };
        /** @description A new version; without a body it begins as a copy of the rules in force. */
        DraftIn: {
            body?: {
                [key: string]: unknown;
            } | null;
            reason: string;
        };
        /** @description Which past to try rules on: the weeks before an instant, now without one. */
        DryRunIn: {
            until?: string | null;
            /** @default 2 */
            weeks?: number;
        };
        /** @description An incident's main one, what is joined to it, and what else may be the same. */
        DuplicatesOut: {
            joined: components["schemas"]["NearOut"][];
            main: components["schemas"]["MainOut"] | null;
            suggested: components["schemas"]["NearOut"][];
        };
        /**
         * @description What a post is for.
         * @enum {string}
         */
        Duty: "grid_manager" | "grid_assistant" | "handler" | "grid_police" | "enforcement_officer" | "grid_supervisor" | "dispatcher" | "liaison" | "participant" | "planner" | "operator" | "analyst";
        /** @description One fact of an incident's history. */
        EventOut: {
            actor: components["schemas"]["ActorOut"];
            /** Format: date-time */
            at: string;
            body: {
                [key: string]: unknown;
            };
            kind: string;
            seq: number;
        };
        /** @description An incident's history, oldest first. */
        EventsOut: {
            items: components["schemas"]["EventOut"][];
        };
        /** @description Every decision about an incident, oldest first. */
        ExplainOut: {
            decisions: components["schemas"]["DecisionOut"][];
        };
        /** @description Something that is wrong with rules, with the rule or the case it is about. */
        FindingOut: {
            condition: string | null;
            department: string | null;
            divisions: string[];
            is_blocking: boolean;
            is_old: boolean;
            kind: string;
            level: string | null;
            matter: string | null;
            rule: string | null;
            tier: string | null;
        };
        /** @description What decisions lacked at a place, and how often; without grid outside of all grids. */
        GapOut: {
            count: number;
            department: components["schemas"]["NamedOut"] | null;
            /** Format: date-time */
            first_at: string;
            grid: components["schemas"]["GridRefOut"] | null;
            /** Format: date-time */
            last_at: string;
            shortfall: string;
            tier: string;
        };
        /** @description Gaps, the most frequent first. */
        GapsOut: {
            items: components["schemas"]["GapOut"][];
        };
        /** @description A generation of grids. */
        GenerationOut: {
            /** Format: date-time */
            effective_at: string;
            generation: number;
        };
        /** @description What a text means. */
        GeocodeOut: {
            candidates: components["schemas"]["AddressOut"][];
            confidence: string;
            is_ambiguous: boolean;
            total: number;
        };
        /** @description A grid with its outline and the posts over it, smallest place first. */
        GridDetailOut: {
            area_m2: number;
            code: string;
            community: components["schemas"]["NamedOut"];
            grid_id: number;
            households: number | null;
            kind: string;
            outline: {
                [key: string]: unknown;
            };
            owners: components["schemas"]["OwnerOut"][];
            town: components["schemas"]["NamedOut"] | null;
        };
        /** @description A grid as a GeoJSON feature. */
        GridFeatureOut: {
            geometry: {
                [key: string]: unknown;
            };
            id: number;
            properties: components["schemas"]["SurroundingOut"];
            /**
             * @default Feature
             * @constant
             */
            type?: "Feature";
        };
        /** @description A grid as lists show it. */
        GridOut: {
            area_m2: number;
            code: string;
            community: components["schemas"]["NamedOut"];
            grid_id: number;
            households: number | null;
            kind: string;
            town: components["schemas"]["NamedOut"] | null;
        };
        /** @description A grid by id and code. */
        GridRef: {
            code: string;
            grid_id: number;
        };
        /** @description A grid by id and code. */
        GridRefOut: {
            code: string;
            grid_id: number;
        };
        /** @description A list of grids by code. */
        GridsOut: {
            items: components["schemas"]["GridOut"][];
        };
        /** @description Whether the process answers. */
        HealthOut: {
            status: string;
        };
        /** @description A post held now; over one grid or over one division. */
        HeldPostOut: {
            code: string;
            department: components["schemas"]["DepartmentRef"] | null;
            division: components["schemas"]["DivisionRef"] | null;
            duty: string;
            grid: components["schemas"]["GridRef"] | null;
            post_id: number;
            tier: string | null;
        };
        /** @description That an officer holds a post, or stands in on it. */
        HolderIn: {
            officer_code: string;
            since?: string | null;
            /** @default false */
            stands_in?: boolean;
            until?: string | null;
        };
        /** @description Who is on a post now; the name is gone once it has been erased. */
        HolderOut: {
            code: string;
            is_away: boolean;
            name: string | null;
            officer_id: number;
            since: string | null;
            stands_in: boolean;
            until: string | null;
        };
        /** @description A post that an officer holds or will hold. */
        HoldingOut: {
            code: string;
            division_code: string;
            duty: string;
            grid_code: string | null;
            post_id: number;
            since: string | null;
            stands_in: boolean;
            until: string | null;
        };
        /** @description An incident with everything its page shows. */
        IncidentDetailOut: {
            breached_at: string | null;
            closed_at: string | null;
            community: components["schemas"]["NamedOut"] | null;
            condition: components["schemas"]["ConditionOut"] | null;
            department: components["schemas"]["NamedOut"] | null;
            due_at: string | null;
            exempted_at: string | null;
            extension_count: number;
            grid: components["schemas"]["GridRefOut"] | null;
            /** @default false */
            has_contact?: boolean;
            /** Format: uuid */
            incident_id: string;
            is_force_closed: boolean;
            is_joint: boolean;
            joined_into?: string | null;
            lamp: components["schemas"]["Lamp"];
            late: boolean;
            level: string;
            match: string;
            matter: components["schemas"]["NamedOut"];
            note: string;
            notes: components["schemas"]["NoteOut"][];
            number: string;
            /** Format: date-time */
            observed_at: string;
            owner: components["schemas"]["OwnerOut"] | null;
            photos: components["schemas"]["PhotoOut"][];
            place: components["schemas"]["PointOut"];
            queue: components["schemas"]["QueueOut"] | null;
            /** Format: date-time */
            received_at: string;
            reopen_count: number;
            request: components["schemas"]["RequestOut"] | null;
            return_count: number;
            rework_count: number;
            satisfaction: components["schemas"]["Satisfaction"] | null;
            source: string;
            state: string;
            steps: components["schemas"]["Step"][];
            supervision: components["schemas"]["SupervisionOut"] | null;
            suspended_until: string | null;
            tasks: components["schemas"]["TaskShortOut"][];
            tier: string;
            town: components["schemas"]["NamedOut"] | null;
            version: number;
            warn_at: string | null;
        };
        /** @description An incident as lists show it. */
        IncidentOut: {
            breached_at: string | null;
            closed_at: string | null;
            community: components["schemas"]["NamedOut"] | null;
            condition: components["schemas"]["ConditionOut"] | null;
            department: components["schemas"]["NamedOut"] | null;
            due_at: string | null;
            exempted_at: string | null;
            extension_count: number;
            grid: components["schemas"]["GridRefOut"] | null;
            /** Format: uuid */
            incident_id: string;
            is_force_closed: boolean;
            is_joint: boolean;
            joined_into?: string | null;
            lamp: components["schemas"]["Lamp"];
            late: boolean;
            level: string;
            match: string;
            matter: components["schemas"]["NamedOut"];
            number: string;
            /** Format: date-time */
            observed_at: string;
            owner: components["schemas"]["OwnerOut"] | null;
            place: components["schemas"]["PointOut"];
            queue: components["schemas"]["QueueOut"] | null;
            /** Format: date-time */
            received_at: string;
            reopen_count: number;
            request: components["schemas"]["RequestOut"] | null;
            return_count: number;
            rework_count: number;
            satisfaction: components["schemas"]["Satisfaction"] | null;
            source: string;
            state: string;
            supervision: components["schemas"]["SupervisionOut"] | null;
            suspended_until: string | null;
            tier: string;
            town: components["schemas"]["NamedOut"] | null;
            version: number;
            warn_at: string | null;
        };
        /** @description Some incidents, and where to go on. */
        IncidentPageOut: {
            items: components["schemas"]["IncidentOut"][];
            next: string | null;
            /** Format: date-time */
            now: string;
        };
        /** @description That an incident is the same as another; `version` is that of the one joined. */
        JoinIn: {
            /** Format: uuid */
            action_id: string;
            /** Format: uuid */
            into: string;
            /** @default  */
            note?: string;
            reason: components["schemas"]["JoinReason"];
            version: number;
        };
        /**
         * @description Why two incidents are taken for the same; codes are stored for ever.
         * @enum {string}
         */
        JoinReason: "same_thing" | "same_cause" | "other";
        /**
         * @description Green within the limit, yellow near it, red over it, grey with no clock running.
         * @enum {string}
         */
        Lamp: "grey" | "green" | "yellow" | "red";
        /** @description That an officer is away; why is not asked. */
        LeaveIn: {
            /** @default true */
            hand_over?: boolean;
            since?: string | null;
            /** Format: date-time */
            until: string;
        };
        /** @description A span for which an officer is away. */
        LeaveOut: {
            leave_id: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
        };
        /**
         * @description At which levels incidents were solved, and how often the level suggested was confirmed.
         *
         *     A share is null as long as there is nothing to divide by.
         */
        LevelFiguresOut: {
            confirmed_count: number;
            confirmed_share: number | null;
            lowest_level: string;
            lowest_share: number | null;
            solved: components["schemas"]["SolvedOut"][];
            solved_count: number;
            suggested_count: number;
        };
        /** @description The level in command of an incident, the one suggested, and what asks for it. */
        LevelOut: {
            chosen_level: string | null;
            extent: components["schemas"]["NamedOut"] | null;
            level: string;
            levels: string[];
            persons: number;
            reasons: components["schemas"]["LevelReason"][];
            suggested: string;
        };
        /**
         * @description What a suggestion rests on.
         * @enum {string}
         */
        LevelReason: "authority" | "nature" | "extent" | "persons";
        /** @description A time allowed. */
        LimitOut: {
            amount: number;
            kind: string;
        };
        /** @description Minutes of work that a post would have been given over the whole span. */
        LoadChangeOut: {
            after_minutes: number;
            before_minutes: number;
            code: string;
            post_id: number;
        };
        /** @description Where a place lies in one generation. */
        LocateOut: {
            candidates: components["schemas"]["CandidateGridOut"][];
            city: components["schemas"]["NamedOut"] | null;
            community: components["schemas"]["NamedOut"] | null;
            edge_distance_m: number | null;
            generation: number;
            grid: components["schemas"]["GridRefOut"] | null;
            match: string;
            town: components["schemas"]["NamedOut"] | null;
        };
        /** @description The incident that another counts as the same as. */
        MainOut: {
            /** Format: uuid */
            incident_id: string;
            number: string;
            state: string;
        };
        /** @description A kind of thing that may be reported, with its filing conditions. */
        MatterOut: {
            category: string;
            code: string;
            conditions: components["schemas"]["ConditionOut"][];
            department: components["schemas"]["NamedOut"];
            entry_tier: string;
            name: string;
            /** @default  */
            name_en?: string;
            self_fix: boolean;
            withdrawn_at: string | null;
        };
        /** @description Every matter by code. */
        MattersOut: {
            items: components["schemas"]["MatterOut"][];
        };
        /** @description A code with its names. */
        NamedOut: {
            code: string;
            name: string;
            /** @default  */
            name_en?: string;
        };
        /** @description The address nearest to a place. */
        NearAddressOut: {
            distance_m: number;
            lat: number;
            lon: number;
            text: string;
        };
        /**
         * @description An incident near another in place, time and matter.
         *
         *     Outside of the asker's scope it has no number, words or picture, and its distance is rough.
         */
        NearOut: {
            condition: string | null;
            distance_m: number;
            incident_id: string | null;
            note: string;
            number: string | null;
            /** Format: date-time */
            observed_at: string;
            photo_url: string | null;
            /** Format: date-time */
            received_at: string;
            state: string;
            thumb_url: string | null;
            version: number | null;
        };
        /** @description What somebody wrote, in a report or with a step. */
        NoteOut: {
            /** Format: date-time */
            at: string;
            note: string;
            written_in: string;
        };
        /** @description What is offered, on which incident. */
        OfferIn: {
            /** Format: uuid */
            incident_id: string;
            kind: components["schemas"]["OfferKind"];
        };
        /**
         * @description What may be helped with.
         * @enum {string}
         */
        OfferKind: "look" | "help" | "persuade" | "watch";
        /** @description Something that participants may help with; who else has taken it is not said. */
        OfferOut: {
            grid: components["schemas"]["GridRefOut"] | null;
            is_mine: boolean;
            kind: components["schemas"]["OfferKind"];
            /** Format: date-time */
            made_at: string;
            matter: components["schemas"]["NamedOut"];
            /** Format: uuid */
            offer_id: string;
            place: components["schemas"]["PointOut"];
            state: components["schemas"]["OfferState"];
            taken_at: string | null;
        };
        /**
         * @description Where an offer stands; the last two are final.
         * @enum {string}
         */
        OfferState: "open" | "taken" | "done" | "withdrawn";
        /** @description What stands, the newest first. */
        OffersOut: {
            items: components["schemas"]["OfferOut"][];
        };
        /** @description An officer with posts and leave; `handed_over` counts the tasks just given to others. */
        OfficerOut: {
            code: string;
            /** @default 0 */
            handed_over?: number;
            leaves: components["schemas"]["LeaveOut"][];
            name: string | null;
            officer_id: number;
            posts: components["schemas"]["HoldingOut"][];
        };
        /**
         * @description In which order a list comes.
         * @enum {string}
         */
        Order: "received" | "due";
        /** @description What came of a decision. */
        OutcomeOut: {
            department: string | null;
            due_at: string | null;
            level: string;
            outcome: string;
            post_code: string | null;
            post_id: number | null;
            queue: string | null;
            tier: string;
        };
        /** @description A report of the asker's own, with what became of it. */
        OwnReportOut: {
            asked_for_satisfaction: boolean;
            flags: string[];
            incident: components["schemas"]["IncidentOut"];
            /** Format: date-time */
            observed_at: string;
            progress: components["schemas"]["ProgressOut"][];
            /** Format: date-time */
            received_at: string;
            /** Format: uuid */
            report_id: string;
        };
        /** @description Reports of the asker's own, the newest first, and where to go on. */
        OwnReportsOut: {
            items: components["schemas"]["OwnReportOut"][];
            next: string | null;
        };
        /** @description Whose work it is now. */
        OwnerOut: {
            code: string;
            duty: string;
            officer_name: string | null;
            post_id: number;
        };
        /** @description How what a camera wrote lies to what was told; a hint, and nothing is decided by it. */
        PhotoHintOut: {
            direction_deg: number | null;
            distance_m: number | null;
            minutes: number | null;
            place: components["schemas"]["Agreement"];
            time: components["schemas"]["Agreement"];
        };
        /** @description A photograph named; its bytes follow by PUT /photos/{sha256}. */
        PhotoIn: {
            sha256: string;
            size: number;
            slot: components["schemas"]["PhotoSlot"];
        };
        /** @description A photograph named for an incident; its addresses follow once it has arrived. */
        PhotoOut: {
            has_arrived: boolean;
            hint?: components["schemas"]["PhotoHintOut"] | null;
            sha256: string;
            slot: components["schemas"]["PhotoSlot"];
            thumb_url: string | null;
            url: string | null;
        };
        /** @description A photograph that is kept. */
        PhotoReceiptOut: {
            height: number;
            media_type: string;
            sha256: string;
            width: number;
        };
        /**
         * @description What a photo shows.
         * @enum {string}
         */
        PhotoSlot: "scene" | "before" | "after";
        /** @description Where, in the datum named; longitude first, degrees (metres for projected datums). */
        PlaceIn: {
            accuracy_m?: number | null;
            /** @default wgs84 */
            datum?: string;
            lat: number;
            lon: number;
            /** @default gps */
            source?: components["schemas"]["PlaceSource"];
        };
        /**
         * @description Where a reported place came from.
         * @enum {string}
         */
        PlaceSource: "gps" | "manual" | "wxsdk";
        /** @description A place, EPSG:4490 degrees, longitude first. */
        PointOut: {
            lat: number;
            lon: number;
        };
        /** @description A post with who is there and the work it has. */
        PostOut: {
            code: string;
            department: components["schemas"]["NamedOut"] | null;
            division: components["schemas"]["NamedOut"];
            duty: string;
            grid: components["schemas"]["GridRefOut"] | null;
            holders: components["schemas"]["HolderOut"][];
            is_backup: boolean;
            open_task_minutes: number;
            post_id: number;
            shift: string;
            tier: string | null;
        };
        /** @description A post by id and code. */
        PostRefOut: {
            code: string;
            post_id: number;
        };
        /** @description Posts by code; never in the order of their work. */
        PostsOut: {
            items: components["schemas"]["PostOut"][];
        };
        /** @description An error as RFC 9457 writes it; some kinds have further members. */
        ProblemOut: {
            detail?: string | null;
            request_id?: string | null;
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** @description One step that a reporter hears of. */
        ProgressOut: {
            /** Format: date-time */
            at: string;
            kind: string;
        };
        /** @description How many stand in a division's queue. */
        QueueCountOut: {
            count: number;
            division: components["schemas"]["NamedOut"];
            /** Format: date-time */
            oldest_since: string;
        };
        /** @description In whose queue it stands, and why. */
        QueueOut: {
            division: components["schemas"]["NamedOut"];
            reason: string;
            /** Format: date-time */
            since: string;
        };
        /** @description Whether the service can do its work, and what it lacks. */
        ReadyOut: {
            generation: number | null;
            lacks: string[];
            ready: boolean;
        };
        /** @description What rules would have changed; `before` is by the rules of the time. */
        ReplayOut: {
            breaches_after: number;
            breaches_before: number;
            changed: {
                [key: string]: number;
            };
            differences: components["schemas"]["DifferenceOut"][];
            differing: number;
            incidents: number;
            left_out: number;
            loads: components["schemas"]["LoadChangeOut"][];
            queued_after: number;
            queued_before: number;
            /** Format: date-time */
            since: string;
            unlisted: number;
            unrepeated: number;
            /** Format: date-time */
            until: string;
        };
        /** @description One act of telling us. The id is in the address and is made by the client. */
        ReportIn: {
            condition?: string | null;
            contact?: string | null;
            device_sent_at?: string | null;
            matter: string;
            /** @default  */
            note?: string;
            /** Format: date-time */
            observed_at: string;
            /** @default [] */
            photos?: components["schemas"]["PhotoIn"][];
            place: components["schemas"]["PlaceIn"];
            /** @default false */
            self_fix?: boolean;
        };
        /** @description What became of a report. */
        ReportOut: {
            flags: string[];
            incident: components["schemas"]["IncidentOut"];
            missing_photos: string[];
            /** Format: date-time */
            received_at: string;
            /** Format: uuid */
            report_id: string;
        };
        /**
         * @description What is asked for; an incident has one open request at a time.
         * @enum {string}
         */
        RequestKind: "extension" | "suspension" | "appeal";
        /** @description What has been asked for and not answered yet. */
        RequestOut: {
            /** Format: date-time */
            asked_at: string;
            kind: components["schemas"]["RequestKind"];
            until: string | null;
        };
        /** @description Where a place lies, and the address nearest to it within two kilometres. */
        ReverseOut: {
            candidates: components["schemas"]["CandidateGridOut"][];
            city: components["schemas"]["NamedOut"] | null;
            community: components["schemas"]["NamedOut"] | null;
            edge_distance_m: number | null;
            generation: number;
            grid: components["schemas"]["GridRefOut"] | null;
            match: string;
            nearest: components["schemas"]["NearAddressOut"] | null;
            town: components["schemas"]["NamedOut"] | null;
        };
        /** @description A step that says from when on; None means as proposed, or else at once. */
        RuleDateIn: {
            effective_at?: string | null;
            reason: string;
            revision: number;
        };
        /** @description A step on a version, as it was looked at. */
        RuleStepIn: {
            reason: string;
            revision: number;
        };
        /** @description A version with what it says and what is wrong with that. */
        RulesOut: {
            body: {
                [key: string]: unknown;
            };
            drafted_by: string | null;
            effective_at: string | null;
            findings: components["schemas"]["FindingOut"][];
            is_in_force: boolean;
            opened_by: string | null;
            proposed_by: string | null;
            reason: string;
            revision: number;
            state: string;
            version: number;
        };
        /** @description A version as lists show it. */
        RulesVersionOut: {
            drafted_by: string | null;
            effective_at: string | null;
            is_in_force: boolean;
            opened_by: string | null;
            proposed_by: string | null;
            reason: string;
            revision: number;
            state: string;
            version: number;
        };
        /** @description Every version, the newest first; where none was opened yet the sample's are in force. */
        RulesVersionsOut: {
            in_force: number;
            items: components["schemas"]["RulesVersionOut"][];
        };
        /**
         * @description What the reporter said after closing; asked once.
         * @enum {string}
         */
        Satisfaction: "satisfied" | "unsatisfied";
        /** @description Whether the reporter finds it solved. */
        SatisfactionIn: {
            answer: components["schemas"]["Satisfaction"];
            /** @default  */
            note?: string;
        };
        /** @description What a version shall say; `revision` is that which was looked at. */
        SaveIn: {
            body: {
                [key: string]: unknown;
            };
            reason: string;
            revision: number;
        };
        /** @description Where somebody works: the divisions of their posts (of a grid, its community). */
        ScopeOut: {
            bbox: [
                number,
                number,
                number,
                number
            ] | null;
            divisions: string[];
            home: string;
        };
        /** @description Who is signed in, what they may do, and where they stand. */
        SessionOut: {
            account_id: string;
            clock: components["schemas"]["ClockOut"];
            csrf: string;
            demo: boolean;
            generation: number;
            kind: string;
            login: string;
            name: string;
            officer_id: number | null;
            permissions: string[];
            posts: components["schemas"]["HeldPostOut"][];
            scope: components["schemas"]["ScopeOut"];
        };
        /** @description What a sign-in form sends. */
        SignInIn: {
            login: string;
            password: string;
        };
        /**
         * @description How large a photograph is served.
         * @enum {string}
         */
        Size: "served" | "thumb";
        /** @description How many were solved at a level. */
        SolvedOut: {
            count: number;
            level: string;
        };
        /**
         * @description Where an incident stands.
         * @enum {string}
         */
        State: "reported" | "verifying" | "filed" | "dispatched" | "handling" | "rechecking" | "returned" | "closed" | "voided";
        /**
         * @description What is done to an incident.
         * @enum {string}
         */
        Step: "request_verify" | "verify_confirm" | "verify_deny" | "file" | "accept" | "dispatch" | "acknowledge" | "handle" | "return" | "recheck_pass" | "recheck_fail" | "self_fix" | "void" | "request_extension" | "approve_extension" | "refuse_extension" | "request_suspension" | "approve_suspension" | "refuse_suspension" | "resume" | "supervise" | "force_close" | "appeal" | "grant_appeal" | "reject_appeal" | "satisfied" | "unsatisfied" | "choose_level" | "unjoin";
        /** @description What may be the same thing, nearest first. */
        SuggestionsOut: {
            items: components["schemas"]["NearOut"][];
        };
        /** @description The latest demand from above. */
        SupervisionOut: {
            level: string;
            /** Format: date-time */
            until: string;
        };
        /** @description What a small map knows of a grid. */
        SurroundingOut: {
            code: string;
            community: string;
            grid_id: number;
            is_own: boolean;
        };
        /** @description A grid and its neighbours as a GeoJSON collection, itself first. */
        SurroundingsOut: {
            features: components["schemas"]["GridFeatureOut"][];
            /**
             * @default FeatureCollection
             * @constant
             */
            type?: "FeatureCollection";
        };
        /** @description A task of the asker's, with its incident and the steps open to them. */
        TaskOut: {
            acknowledge_by: string | null;
            /** Format: date-time */
            created_at: string;
            due_at: string | null;
            incident: components["schemas"]["IncidentOut"];
            kind: string;
            post: components["schemas"]["PostRefOut"];
            state: string;
            steps: components["schemas"]["Step"][];
            /** Format: uuid */
            task_id: string;
        };
        /** @description A task on an incident's page. */
        TaskShortOut: {
            acknowledge_by: string | null;
            acknowledged_at: string | null;
            /** Format: date-time */
            created_at: string;
            due_at: string | null;
            finished_at: string | null;
            kind: string;
            post: components["schemas"]["OwnerOut"];
            state: string;
            /** Format: uuid */
            task_id: string;
        };
        /** @description The asker's tasks. */
        TasksOut: {
            items: components["schemas"]["TaskOut"][];
        };
        /**
         * @description 巡查, 处置, 执法. Later tiers have more authority.
         * @enum {string}
         */
        Tier: "patrol" | "handling" | "enforcement";
        /** @description That it is not, after all. */
        UnjoinIn: {
            /** Format: uuid */
            action_id: string;
            /** @default  */
            note?: string;
            reason: components["schemas"]["UnjoinReason"];
            version: number;
        };
        /**
         * @description Why they are not the same after all.
         * @enum {string}
         */
        UnjoinReason: "other_thing" | "came_back" | "mistake" | "other";
        /** @description Vacancies by grid. */
        VacanciesOut: {
            items: components["schemas"]["VacancyOut"][];
        };
        /** @description A role of a grid that nobody is there for. */
        VacancyOut: {
            community: components["schemas"]["NamedOut"];
            duty: string;
            grid: components["schemas"]["GridRefOut"];
            lack: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ActionIn = components['schemas']['ActionIn'];
export type ActorOut = components['schemas']['ActorOut'];
export type AddressOut = components['schemas']['AddressOut'];
export type AdjacenciesOut = components['schemas']['AdjacenciesOut'];
export type AdjacencyOut = components['schemas']['AdjacencyOut'];
export type Agreement = components['schemas']['Agreement'];
export type BoardOut = components['schemas']['BoardOut'];
export type CandidateGridOut = components['schemas']['CandidateGridOut'];
export type CandidateOut = components['schemas']['CandidateOut'];
export type CandidatesOut = components['schemas']['CandidatesOut'];
export type ClockIn = components['schemas']['ClockIn'];
export type ClockOut = components['schemas']['ClockOut'];
export type ConditionOut = components['schemas']['ConditionOut'];
export type ContactOut = components['schemas']['ContactOut'];
export type ContactsIn = components['schemas']['ContactsIn'];
export type ContactsOut = components['schemas']['ContactsOut'];
export type CountersOut = components['schemas']['CountersOut'];
export type DecisionOut = components['schemas']['DecisionOut'];
export type DemoClockOut = components['schemas']['DemoClockOut'];
export type DepartmentRef = components['schemas']['DepartmentRef'];
export type DifferenceOut = components['schemas']['DifferenceOut'];
export type DivisionOut = components['schemas']['DivisionOut'];
export type DivisionRef = components['schemas']['DivisionRef'];
export type DivisionsOut = components['schemas']['DivisionsOut'];
export type DraftIn = components['schemas']['DraftIn'];
export type DryRunIn = components['schemas']['DryRunIn'];
export type DuplicatesOut = components['schemas']['DuplicatesOut'];
export type Duty = components['schemas']['Duty'];
export type EventOut = components['schemas']['EventOut'];
export type EventsOut = components['schemas']['EventsOut'];
export type ExplainOut = components['schemas']['ExplainOut'];
export type FindingOut = components['schemas']['FindingOut'];
export type GapOut = components['schemas']['GapOut'];
export type GapsOut = components['schemas']['GapsOut'];
export type GenerationOut = components['schemas']['GenerationOut'];
export type GeocodeOut = components['schemas']['GeocodeOut'];
export type GridDetailOut = components['schemas']['GridDetailOut'];
export type GridFeatureOut = components['schemas']['GridFeatureOut'];
export type GridOut = components['schemas']['GridOut'];
export type GridRef = components['schemas']['GridRef'];
export type GridRefOut = components['schemas']['GridRefOut'];
export type GridsOut = components['schemas']['GridsOut'];
export type HealthOut = components['schemas']['HealthOut'];
export type HeldPostOut = components['schemas']['HeldPostOut'];
export type HolderIn = components['schemas']['HolderIn'];
export type HolderOut = components['schemas']['HolderOut'];
export type HoldingOut = components['schemas']['HoldingOut'];
export type IncidentDetailOut = components['schemas']['IncidentDetailOut'];
export type IncidentOut = components['schemas']['IncidentOut'];
export type IncidentPageOut = components['schemas']['IncidentPageOut'];
export type JoinIn = components['schemas']['JoinIn'];
export type JoinReason = components['schemas']['JoinReason'];
export type Lamp = components['schemas']['Lamp'];
export type LeaveIn = components['schemas']['LeaveIn'];
export type LeaveOut = components['schemas']['LeaveOut'];
export type LevelFiguresOut = components['schemas']['LevelFiguresOut'];
export type LevelOut = components['schemas']['LevelOut'];
export type LevelReason = components['schemas']['LevelReason'];
export type LimitOut = components['schemas']['LimitOut'];
export type LoadChangeOut = components['schemas']['LoadChangeOut'];
export type LocateOut = components['schemas']['LocateOut'];
export type MainOut = components['schemas']['MainOut'];
export type MatterOut = components['schemas']['MatterOut'];
export type MattersOut = components['schemas']['MattersOut'];
export type NamedOut = components['schemas']['NamedOut'];
export type NearAddressOut = components['schemas']['NearAddressOut'];
export type NearOut = components['schemas']['NearOut'];
export type NoteOut = components['schemas']['NoteOut'];
export type OfferIn = components['schemas']['OfferIn'];
export type OfferKind = components['schemas']['OfferKind'];
export type OfferOut = components['schemas']['OfferOut'];
export type OfferState = components['schemas']['OfferState'];
export type OffersOut = components['schemas']['OffersOut'];
export type OfficerOut = components['schemas']['OfficerOut'];
export type Order = components['schemas']['Order'];
export type OutcomeOut = components['schemas']['OutcomeOut'];
export type OwnReportOut = components['schemas']['OwnReportOut'];
export type OwnReportsOut = components['schemas']['OwnReportsOut'];
export type OwnerOut = components['schemas']['OwnerOut'];
export type PhotoHintOut = components['schemas']['PhotoHintOut'];
export type PhotoIn = components['schemas']['PhotoIn'];
export type PhotoOut = components['schemas']['PhotoOut'];
export type PhotoReceiptOut = components['schemas']['PhotoReceiptOut'];
export type PhotoSlot = components['schemas']['PhotoSlot'];
export type PlaceIn = components['schemas']['PlaceIn'];
export type PlaceSource = components['schemas']['PlaceSource'];
export type PointOut = components['schemas']['PointOut'];
export type PostOut = components['schemas']['PostOut'];
export type PostRefOut = components['schemas']['PostRefOut'];
export type PostsOut = components['schemas']['PostsOut'];
export type ProblemOut = components['schemas']['ProblemOut'];
export type ProgressOut = components['schemas']['ProgressOut'];
export type QueueCountOut = components['schemas']['QueueCountOut'];
export type QueueOut = components['schemas']['QueueOut'];
export type ReadyOut = components['schemas']['ReadyOut'];
export type ReplayOut = components['schemas']['ReplayOut'];
export type ReportIn = components['schemas']['ReportIn'];
export type ReportOut = components['schemas']['ReportOut'];
export type RequestKind = components['schemas']['RequestKind'];
export type RequestOut = components['schemas']['RequestOut'];
export type ReverseOut = components['schemas']['ReverseOut'];
export type RuleDateIn = components['schemas']['RuleDateIn'];
export type RuleStepIn = components['schemas']['RuleStepIn'];
export type RulesOut = components['schemas']['RulesOut'];
export type RulesVersionOut = components['schemas']['RulesVersionOut'];
export type RulesVersionsOut = components['schemas']['RulesVersionsOut'];
export type Satisfaction = components['schemas']['Satisfaction'];
export type SatisfactionIn = components['schemas']['SatisfactionIn'];
export type SaveIn = components['schemas']['SaveIn'];
export type ScopeOut = components['schemas']['ScopeOut'];
export type SessionOut = components['schemas']['SessionOut'];
export type SignInIn = components['schemas']['SignInIn'];
export type Size = components['schemas']['Size'];
export type SolvedOut = components['schemas']['SolvedOut'];
export type State = components['schemas']['State'];
export type Step = components['schemas']['Step'];
export type SuggestionsOut = components['schemas']['SuggestionsOut'];
export type SupervisionOut = components['schemas']['SupervisionOut'];
export type SurroundingOut = components['schemas']['SurroundingOut'];
export type SurroundingsOut = components['schemas']['SurroundingsOut'];
export type TaskOut = components['schemas']['TaskOut'];
export type TaskShortOut = components['schemas']['TaskShortOut'];
export type TasksOut = components['schemas']['TasksOut'];
export type Tier = components['schemas']['Tier'];
export type UnjoinIn = components['schemas']['UnjoinIn'];
export type UnjoinReason = components['schemas']['UnjoinReason'];
export type VacanciesOut = components['schemas']['VacanciesOut'];
export type VacancyOut = components['schemas']['VacancyOut'];

-- P-02: ticket types planted before this rule was there close like those planted now: not before the patient is cleared.
UPDATE "TicketType" SET "rule" = 'clearance', "version" = "version" + 1 WHERE "key" = 'clearance' AND "source" = 'P-02' AND "rule" IS NULL;

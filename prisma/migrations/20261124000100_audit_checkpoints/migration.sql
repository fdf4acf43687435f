-- CreateTable
CREATE TABLE "AuditCheckpoint" (
    "number" SERIAL NOT NULL,
    "before" TIMESTAMPTZ(3) NOT NULL,
    "events" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditCheckpoint_pkey" PRIMARY KEY ("number")
);

-- CreateIndex
CREATE INDEX "AuditEvent_recordedAt_id_idx" ON "AuditEvent"("recordedAt", "id");

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AuditCheckpoint" FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "AuditCheckpoint" EXECUTE FUNCTION holdfast_append_only();

"""What is reported, what staff decided about it, and the log of all of it.

- `cases`: reports, gathered in cases with their evidence
- `decisions`: what staff did, sanctions that hold, appeals
- `audit`: the append-only log
"""

from moderation.models.audit import AuditEntry, AuditSeal
from moderation.models.cases import Case, CaseNote, Category, Evidence, EvidenceAccess, Report, SubjectKind
from moderation.models.decisions import Act, Appeal, Decision, Sanction

__all__ = [
    "Act",
    "Appeal",
    "AuditEntry",
    "AuditSeal",
    "Case",
    "CaseNote",
    "Category",
    "Decision",
    "Evidence",
    "EvidenceAccess",
    "Report",
    "Sanction",
    "SubjectKind",
]

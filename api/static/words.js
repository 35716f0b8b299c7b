// The words of the question page in its two languages.
export const WORDS = {
  "zh-CN": {
    site: "问江海", motto: "向江海区的报纸提问，每一句回答都有出处", label: "你的问题", ask: "提问",
    placeholder: "例如：社区党建学院聘了多少名培训教师？", other: "English", otherLang: "en",
    foot: "回答是报纸原文中的句子，不是生成的文字。", api: "API 说明",
    busy: "正在查找……", answer: "回答", sources: "出处", passages: "相关段落", nearest: "最接近的段落",
    sure: (share) => `文中有答案的把握：${share}%`, untitled: "（标题缺失）", undated: "刊期不详",
    unfold: "展开全文", headline: "标题", caption: "图片说明", also: "又见",
    offline: "联系不上服务，请稍后再试。", source: (n) => `出处 ${n}`, event: (date) => `事发 ${date}`, page: (n) => `第 ${n} 页`,
    samples: [
      "江海区社区党建学院第一批聘了多少名培训教师？",
      "江海区的“国字号”招牌有哪些？",
      "区里要打造哪些文旅新地标？",
    ],
  },
  en: {
    site: "Ask Jianghai", motto: "Ask the district's newspaper; every sentence comes with its source", label: "Your question",
    ask: "Ask", placeholder: "How many trainers did the Party-building college appoint?", other: "中文", otherLang: "zh-CN",
    foot: "Answers are sentences from the newspaper itself, not generated text.", api: "About the API",
    busy: "Searching…", answer: "Answer", sources: "Sources", passages: "Passages", nearest: "The nearest passages",
    sure: (share) => `Likelihood that the pages hold the answer: ${share}%`,
    untitled: "(headline lost)", undated: "date unknown", unfold: "Show all", headline: "headline", caption: "caption",
    also: "Also in", offline: "The service cannot be reached; please try again later.", source: (n) => `Source ${n}`,
    event: (date) => `event ${date}`, page: (n) => `p. ${n}`,
    samples: [
      "How many trainers did the community Party-building college appoint first?",
      "What new landmarks for culture and tourism are planned?",
      "Which leagues and sports events are held in Jianghai?",
    ],
  },
};

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

// 2023-07 is 2023年7月 or July 2023; a partial date says no more than is known.
export function dateText(partial, lang) {
  if (!partial) return WORDS[lang].undated;
  const parts = partial.split("-").map(Number);
  if (lang !== "en") return parts.map((part, place) => part + "年月日"[place]).join("");
  return [parts[2], MONTHS[parts[1] - 1], parts[0]].filter(Boolean).join(" ");
}

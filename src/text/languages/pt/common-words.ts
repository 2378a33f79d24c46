import { wordSet } from '../word-set.ts';

/** Frequent Portuguese words, hand-picked for everyday speech and calls to a service. */
export const COMMON_WORDS: ReadonlySet<string> = wordSet(`
a abaixo aberto abrir acabar acabou aceita aceito acesso acha achar acho achou acima acontece aconteceu acordo adicionar
agora agradeço água ah ai aí ainda ajuda ajudar alegre alguém algum alguma algumas alguns ali alta alterar alto além
amanhã amarelo ambos amiga amigo amigos amor andar ando ano anos anotar ao aos apartamento apenas aplicativo aprender
aquela aquele aqueles aqui aquilo ar arroz as às assim assunto até atendente atender atendimento atrás através atual
avião aviso azul banco banheiro bar barato barulho bastante bater bebê beber bem boa boas bola boleto bom bonita bonito
bons branco brasil brasileira brasileiro buscar cabeça cabelo cachorro cada cadastro cadeira café cair caixa caixas
calma calor cama caminho camisa campo canal cancelar cansado capaz cara carne caro carro carta cartão casa casado caso
causa celular centro cerca certa certeza certo cerveja céu chamada chamado chamar chame chamo chave chega chegar chegou
cheio chocolate chover chuva cidade cima cinema claro cliente coisa coisas colocar com começar começo comer comida como
companhia compra comprar comprei computador comum comunicação conta contas contato contigo continua continuar contra
contrato conversa conversar copo cor coração correto corpo correr cortar costas cozinha criança crianças cuidado culpa
curso custa custo da dá dado dados daí dança dar das data de debaixo decidir deixa deixar deixe dela dele deles demais
demora dentro depois desculpa desculpe desde desejo desligar desse desta deste deu deus dever devagar deve devo devolver
dia dias diferente difícil diga digo dinheiro direita direito disse disso disto diz dizer do documento dói domingo dona
dono dor dormir dos duas duvida dúvida e é educação ela elas ele eles em email embora empresa emprego encontrar encontro
endereço enquanto então entender entendi entrada entrar entre entrega entregar enviar enviou época era eram errado erro
és escola escolha escrever escritório escuro escutar esperar espera espere esposa essa essas esse esses está estação
estado estamos estão estar estas estava este esteja estes estou estrada estudar eu exatamente exemplo existe explicar
extrato faça faço fácil fala falar falei falou falta família farmácia fato fatura favor faz fazer fazendo fechado fechar
feijão feira feita feito feliz festa fez fica ficar fico ficou filha filho filhos filme fim final fique fiz fogo foi
fome fora foram força forma forte foto frango frente frio fui fundo funciona funcionando futebol futuro ganhar garrafa
garrafas gastar gato gente geral gosta gostar gostaria gosto grande grandes grátis gravar grupo guerra há história hoje
homem hora horas horário hospital hotel hum ia idade ideia igreja igual imagem importante impossível inclusive
informação informações inglês início inteiro internet ir irmã irmão isso isto já janela jantar jeito jogar jogo jornal
jovem junto juntos justo lá lado laranja lar leite lembrar lembro ler leva levar leve lhe ligação ligar ligue limpar
limpo língua linha lista livre livro local logo loja longe lua lugar luz má mãe maior maioria mais mal mandar mandei
maneira manhã mão mãos mapa máquina mar marcar marido mas mau máxima me medo meia meio melhor melhores menina menino
menor menos mensagem mercado mês mesa mesma mesmo meses meta metade meu meus mil minha minhas minuto minutos mim moça
modo momento morar moro morreu morte mostrar motivo motorista mudar muita muitas muito muitos mulher mundo música na
nada não nas natal nem nenhum nenhuma nessa nesse nesta neste ninguém no noite nome nos nós nossa nosso nota notícia
nova novamente novo número nunca o obrigada obrigado oficial oi olá olha olhar olho olhos onde ontem opção opinião ordem
os ou outra outras outro outros ouvir ouvi paga pagamento pagar paguei pai país palavra palavras pão papel par para
parabéns parada parado parar parece parou parte partir passado passagem passar passo passou paz pé peça pede pedi pedido
pedir pega pegar peguei pela pelo pena pensar penso pequena pequeno perder perdi perfeito pergunta perguntar perto pés
pessoa pessoal pessoas pior plano pobre pode podem poder poderia podia pois polícia ponto por porque porta portão posso
possível pouca pouco povo praia prazer precisa precisar preciso preço presente presidente prestar preto primeira
primeiro principal problema problemas processo procurar produto produtos professor programa projeto pronta pronto
próprio próxima próximo público puxa qual qualquer quando quanta quanto quantos quarto quase que quê quebrou quem quente
quer querem quero queria quieto quilo rapaz rápido razão real receber recebi recente rede reembolso registro relógio
repetir reserva resolver responder resposta resto resultado reunião rir rio rodoviária rosto rua ruim saber sabe sabia
saí sai sair sala saldo são saúde se segredo seguida seguinte seguir segunda segundo segura seguro sei seja sem semana
sempre senha senhor senhora sentir ser será seria serve serviço seu seus sexo si sido silêncio sim simples sistema
situação só sob sobre sol solução som somente somos sorvete sorte sou sua suas subir suco suficiente tal talvez também
tamanho tanta tanto tão tarde táxi te telefone televisão tem têm temos temperatura tempo tenha tenho tentar ter terá
terceira terceiro terra teu teve texto ti tinha tio tipo tirar tive tivesse toda todas todo todos toma tomar tornar
total trabalha trabalhar trabalho transferir trás tratamento trazer trem tribunal triste troca trocar tu tua tudo última
último um uma único uns usar uso vaga vai valor vamos vão vejo velho vem vender venho ver verdade verde verificar
vermelho vestido vez vezes vi via viagem viajar vida vidro vinda vinho vir vira visita vista viu viva viver vivo vizinho
você vocês domingo sábado sexta quinta quarta terça volta voltar voltou volume vontade voo vou voz
`);
